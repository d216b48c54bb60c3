// What frameworks ask of an image service: a loader of next/image, a provider of Nuxt Image, a transformer of unpic.

import { Place } from './place.js';
import { Site } from './site.js';
import { read } from './variant.js';

/** Returns a loader of next/image: `({ src, width, quality }) => address`. `options` hold for every picture. */
export function nextLoader(url, options = {}) {
  const site = new Site(url);
  return ({ src, width, quality }) => site.url(keyOf(src), { ...options, width, quality: quality ?? options.quality });
}

/** Returns a provider of Nuxt Image. Its options have the site's address as `baseURL`. */
export function nuxtProvider() {
  return {
    getImage(src, { modifiers = {}, baseURL = '' } = {}) {
      const given = Object.entries(modifiers).filter(([, value]) => value !== undefined && value !== '');
      return { url: new Site(baseURL).url(keyOf(src), Object.fromEntries(given)) };
    },
  };
}

/** Returns the address of `src` with these operations, as unpic's URLGenerator does. Both sides cut to the box. */
export function generate(src, operations, { baseUrl = '' } = {}) {
  const { width, height, ...options } = operations;
  const sides = { width: rounded(width), height: rounded(height) };
  const fit = width && height ? { fit: 'cover' } : {};
  return new Site(baseUrl).url(keyOf(src), { ...fit, ...options, ...sides });
}

/** Returns the original and the operations of an address, as unpic's URLExtractor does; null if it is none of the site's. */
export function extract(url, { baseUrl = '' } = {}) {
  const [segment, ...key] = (keyBehind(url, baseUrl) ?? '').split('/');
  try {
    return key.length ? { src: key.join('/'), operations: operationsOf(segment), options: { baseUrl } } : null;
  } catch {
    return null;
  }
}

/** Returns the address of `src` with these operations; `src` is a key, or an address whose operations they change. */
export function transform(src, operations, { baseUrl = '' } = {}) {
  const found = extract(src, { baseUrl });
  const key = found?.src ?? keyBehind(src, baseUrl) ?? String(src);
  return generate(key, { ...found?.operations, ...operations }, { baseUrl });
}

// Returns what an address of the site has behind the site's own, decoded; undefined if it is none.
function keyBehind(url, baseUrl) {
  const { base } = new Place(baseUrl);
  if (!String(url).startsWith(`${base}/`)) {
    return undefined;
  }
  try {
    return decodeURIComponent(String(url).slice(base.length + 1));
  } catch {
    return undefined;
  }
}

function operationsOf(segment) {
  const { width, height, dpr, options } = read(segment, []);
  const sides = { width, height, dpr: dpr === 1 ? undefined : dpr };
  const flags = Object.entries(options).map(([name, text]) => [name, text || true]);
  return Object.fromEntries([...Object.entries(sides).filter(([, side]) => side), ...flags]);
}

// Frameworks write the path of a picture with a slash in front.
function keyOf(src) {
  return String(src).replace(/^\//, '');
}

function rounded(side) {
  return side === undefined || side === null ? undefined : Math.round(Number(side));
}
