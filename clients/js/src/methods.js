// What every site has: `Methods`, and what each of them makes.

import { read } from './choice.js';
import { Mistake } from './mistake.js';
import { image, sources, split } from './picture.js';
import { candidates, written } from './srcset.js';
import { element } from './tags.js';
import { INFO } from './variant.js';

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
function asObject(asked) {
  return typeof asked === 'string' ? { variant: asked } : { ...asked };
}

/** The methods of a site. `make(what, key, asked)` returns what MAKES has under the name `what`, or a promise of it. */
export class Methods {
  #make;

  constructor(make) {
    this.#make = (what, key, asked) => make(what, key, asObject(asked));
  }

  /** The address of one variant of the original `key`: `'300x200,fit=cover'`, or `{ width: 300, … }`. */
  url(key, asked) {
    return this.#make('url', key, asked);
  }

  /** The address of what a page has to know of the original: its sides, its colour, a ThumbHash. */
  infoUrl(key, settings = {}) {
    return this.url(key, { ...settings, variant: INFO });
  }

  /** The value of a `srcset` attribute, for `widths` or for `densities`. It is not escaped. */
  srcset(key, asked) {
    return this.#make('srcset', key, asked);
  }

  /** The attributes of an <img> by name. They are not escaped. */
  attributes(key, asked) {
    return this.#make('attributes', key, asked);
  }

  /** An <img>. */
  img(key, asked) {
    return this.#make('img', key, asked);
  }

  /** A <picture>: AVIF or WebP for browsers that take it, and the original's format for the others. */
  picture(key, asked) {
    return this.#make('picture', key, asked);
  }
}
