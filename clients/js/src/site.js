// `Site`: the addresses of a site's pictures, and the elements that show them.

import { check } from './key.js';
import { MAKES, Methods } from './methods.js';
import { Place } from './place.js';

/**
 * A resize404 site. Every wrong argument of its methods is a `Mistake`, which says what is allowed.
 *
 * `url` is empty if pages and pictures have the same origin. `presets` are the names of the site's presets; without
 * them every name is taken for one.
 */
export class Site extends Methods {
  constructor(url = '', { presets } = {}) {
    const place = new Place(url);
    super((what, key, asked) => {
      check(key);
      return MAKES[what](key, asked, presets, (variant) => place.address(String(variant), key));
    });
  }
}
