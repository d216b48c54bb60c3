// `SignedSite`: the same as `Site`, where every address is signed. For servers only: a browser must not have the key.

import { check } from './key.js';
import { MAKES, Methods } from './methods.js';
import { Place } from './place.js';
import { SigningKey, seconds } from './signing.js';

/** A resize404 site whose addresses are signed. WebCrypto signs later, so each method returns a promise. */
export class SignedSite extends Methods {
  constructor(url, signingKey, { presets } = {}) {
    const place = new Place(url);
    const signer = new SigningKey(signingKey);
    super((what, key, asked) => signed(place, signer, presets, { what, key, asked }));
  }
}

// It is made twice: first to learn which addresses are needed, and again when all of them are signed.
async function signed(place, signer, presets, { what, key, asked }) {
  check(key);
  const { expires, ...rest } = asked;
  const moment = seconds(expires);
  const needed = new Set();
  MAKES[what](key, rest, presets, (variant) => (needed.add(String(variant)), ''));
  const addresses = new Map();
  for (const variant of needed) {
    addresses.set(variant, place.address(await signer.signed(variant, key, moment), key));
  }
  return MAKES[what](key, rest, presets, (variant) => addresses.get(String(variant)));
}
