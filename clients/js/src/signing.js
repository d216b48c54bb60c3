// Signatures of addresses: HMAC-SHA256 by WebCrypto, as docs/urls.md says under "Signed addresses".

import { Mistake } from './mistake.js';

const ID = /^[a-z0-9_-]{1,16}$/;
const SECRET = /^[!-+.-~-]{16,}$/;
const LAST_SECOND = 999_999_999_999;

/** A secret and its name, read from `id:secret`, an entry of the site's SIGNING_KEYS. No message repeats the text. */
export class SigningKey {
  #id;
  #secret;

  constructor(text) {
    const [id] = String(text).split(':', 1);
    const secret = String(text).slice(id.length + 1);
    if (!ID.test(id) || !SECRET.test(secret)) {
      throw new Mistake(
        'A signing key is written like id:secret. The id is 1 to 16 of a-z, 0-9, _ and -. ' +
          'The secret has at least 16 characters: printable ASCII without spaces and commas.',
      );
    }
    this.#id = id;
    this.#secret = secret;
  }

  /** Returns the first segment of the signed address of this variant of the original `key`. */
  async signed(variant, key, expires) {
    const moment = expires === undefined ? '' : String(expires);
    const mac = await this.#mac(`resize404-v1\n${moment}\n${variant}/${key}`);
    return `${variant},s=${[this.#id, moment, mac].filter(Boolean).join('.')}`;
  }

  async #mac(message) {
    const algorithm = { name: 'HMAC', hash: 'SHA-256' };
    const encoder = new TextEncoder();
    const key = await crypto.subtle.importKey('raw', encoder.encode(this.#secret), algorithm, false, ['sign']);
    const digest = new Uint8Array(await crypto.subtle.sign('HMAC', key, encoder.encode(message)));
    return btoa(String.fromCharCode(...digest)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  }
}

/** Returns a time of expiry in seconds since 1970. */
export function seconds(expires) {
  const given = expires instanceof Date ? Math.floor(expires.getTime() / 1000) : (expires ?? undefined);
  if (given !== undefined && !(Number.isInteger(given) && given >= 1 && given <= LAST_SECOND)) {
    throw new Mistake('expires is a whole number: seconds since 1970.');
  }
  return given;
}
