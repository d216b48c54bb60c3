// `SignedSite`: the same as `Site`, where every address is signed. For servers only: a browser must not have the key.

import { check } from './key.js';
import { SigningKey, seconds } from './signing.js';
import { MAKES, Place, asObject } from './site.js';
import { INFO } from './variant.js';

/** A resize404 site whose addresses are signed. WebCrypto signs later, so each method returns a promise. */
export class SignedSite {
  #place;
  #key;
  #presets;

  constructor(url, signingKey, { presets } = {}) {
    this.#place = new Place(url);
    this.#key = new SigningKey(signingKey);
    this.#presets = presets;
  }

  url(key, asked) {
    return this.#make('url', key, asked);
  }

  infoUrl(key, { expires } = {}) {
    return this.url(key, { variant: INFO, expires });
  }

  srcset(key, asked) {
    return this.#make('srcset', key, asked);
  }

  attributes(key, asked) {
    return this.#make('attributes', key, asked);
  }

  img(key, asked) {
    return this.#make('img', key, asked);
  }

  picture(key, asked) {
    return this.#make('picture', key, asked);
  }

  // It is made twice: first to learn which addresses are needed, and again when all of them are signed.
  async #make(what, key, asked) {
    check(key);
    const { expires, ...rest } = asObject(asked);
    const moment = seconds(expires);
    const needed = new Set();
    MAKES[what](key, rest, this.#presets, (variant) => (needed.add(String(variant)), ''));
    const signed = new Map();
    for (const variant of needed) {
      signed.set(variant, this.#place.address(await this.#key.signed(variant, key, moment), key));
    }
    return MAKES[what](key, rest, this.#presets, (variant) => signed.get(String(variant)));
  }
}
