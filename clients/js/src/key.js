// Keys: what names an original, as the bucket has it, and how it is written in an address.

import { Mistake, quoted } from './mistake.js';

const SHOWN = 80;
const MOST_SEGMENTS = 10;
const MOST_BYTES = 1024;
const ENCODED = /[^A-Za-z0-9\-._~/!$&'(),:;=@]+/gu;

/** Returns the percent-encoded path of what is stored under `key`, without a slash in front. */
export function path(key) {
  return key.replace(ENCODED, (part) => encodeURIComponent(part).replaceAll('*', '%2A'));
}

/** Returns `key` if an original can have it. */
export function check(key) {
  if (typeof key !== 'string' || !key) {
    throw new Mistake('The address has no key. Write it behind the variant, like 300x200/shoes/red.jpg.');
  }
  if (/\p{Surrogate}/u.test(key)) {
    throw new Mistake('The key has half of a character (a lone surrogate). No object has such a key.');
  }
  const segments = key.split('/');
  segments.forEach((segment, place) => checkSegment(segment, place + 1, key));
  if (segments.length > MOST_SEGMENTS) {
    throw new Mistake(`The key ${shown(key)} has ${segments.length} segments. At most ${MOST_SEGMENTS} are allowed.`);
  }
  return key;
}

/** Returns `stored`, variant and key of an address, if S3 takes a key of this length. */
export function checkLength(stored) {
  const { length } = new TextEncoder().encode(stored);
  if (length > MOST_BYTES) {
    throw new Mistake(`Variant and key have ${length} bytes together. At most ${MOST_BYTES} are allowed.`);
  }
  return stored;
}

function checkSegment(segment, number, key) {
  if (!segment) {
    throw new Mistake(`Segment ${number} of the key ${shown(key)} is empty. There is a slash too many.`);
  }
  if (['.', '..'].includes(segment)) {
    throw new Mistake(`Segment ${number} of the key ${shown(key)} is ${segment}, which is not allowed.`);
  }
}

function shown(key) {
  return quoted(path(key), SHOWN);
}
