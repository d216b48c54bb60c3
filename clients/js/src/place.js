// `Place`: where a site's variants are.

import { checkLength, path } from './key.js';
import { Mistake, quoted } from './mistake.js';

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
