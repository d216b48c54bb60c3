// `Site`: the addresses of a site's pictures, and the elements that show them.

import { read } from './choice.js';
import { check, checkLength, path } from './key.js';
import { Mistake, quoted } from './mistake.js';
import { image, sources, split } from './picture.js';
import { candidates, written } from './srcset.js';
import { element } from './tags.js';
import { INFO } from './variant.js';

const BASE = /^(?:(https?:)?\/\/[^/?#\s]+(\/[^?#\s]*)?|(\/[^?#\s]*)?)$/;

/** Where a site's variants are: `https://img.example.com`, with the site's KEY_PREFIX behind it if it has one. */
export class Place {
  constructor(url = '') {
    if (!BASE.test(url)) {
      throw new Mistake(`${quoted(url)} is not the address of a site. Write it like https://img.example.com.`);
    }
    this.base = url.replace(/\/+$/, '');
    const behindHost = decodeURIComponent(this.base.replace(/^(https?:)?\/\/[^/]+/, '')).replace(/^\/+/, '');
    this.prefix = behindHost && `${behindHost}/`;
  }

  address(segment, key) {
    checkLength(`${this.prefix}${segment}/${key}`);
    return `${this.base}/${path(`${segment}/${key}`)}`;
  }
}

/** What each method makes of its arguments. `address` returns the address of a variant. */
export const MAKES = {
  url(key, asked, presets, address) {
    const choice = read(asked, presets);
    if (choice.widths.length || choice.densities.length) {
      throw new Mistake('An address has one size. Give widths and densities to srcset, img or picture.');
    }
    return address(choice.variant);
  },
  srcset(key, asked, presets, address) {
    return written(candidates(read(asked, presets)), address);
  },
  attributes(key, asked, presets, address) {
    const [said, rest] = split(asked);
    return image(read(rest, presets), said, address);
  },
  img(key, asked, presets, address) {
    return element('img', MAKES.attributes(key, asked, presets, address));
  },
  picture(key, asked, presets, address) {
    const [said, rest] = split(asked);
    const choice = read(rest, presets);
    const listed = sources(choice, said, key, address);
    return `<picture>${listed.join('')}${element('img', image(choice, said, address))}</picture>`;
  },
};

/** Returns arguments as an object: a text alone is a variant. */
export function asObject(asked) {
  return typeof asked === 'string' ? { variant: asked } : { ...asked };
}

/**
 * A resize404 site. Every wrong argument of its methods is a `Mistake`, which says what is allowed.
 *
 * `url` is empty if pages and pictures have the same origin. `presets` are the names of the site's presets; without
 * them every name is taken for one.
 */
export class Site {
  #place;
  #presets;

  constructor(url = '', { presets } = {}) {
    this.#place = new Place(url);
    this.#presets = presets;
  }

  /** Returns the address of one variant of the original `key`: `'300x200,fit=cover'`, or `{ width: 300, … }`. */
  url(key, asked) {
    return this.#make('url', key, asked);
  }

  /** Returns the address of what a page has to know of the original: its sides, its colour, a ThumbHash. */
  infoUrl(key) {
    return this.url(key, INFO);
  }

  /** Returns the value of a `srcset` attribute, for `widths` or for `densities`. It is not escaped. */
  srcset(key, asked) {
    return this.#make('srcset', key, asked);
  }

  /** Returns the attributes of an <img> by name. They are not escaped. */
  attributes(key, asked) {
    return this.#make('attributes', key, asked);
  }

  /** Returns an <img>. */
  img(key, asked) {
    return this.#make('img', key, asked);
  }

  /** Returns a <picture>: AVIF or WebP for browsers that take it, and the original's format for the others. */
  picture(key, asked) {
    return this.#make('picture', key, asked);
  }

  #make(what, key, asked) {
    check(key);
    return MAKES[what](key, asObject(asked), this.#presets, (variant) => this.#place.address(String(variant), key));
  }
}
