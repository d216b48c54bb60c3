import type { Options } from './options.js';

export type { Options };

/** What the author of a page has to correct: the message says what is allowed. */
export declare class Mistake extends Error {}

/** An original's size in pixels: `[2000, 1500]`, or what `/info/<key>` answers. */
export type Original = readonly [number, number] | { width: number; height: number; frames?: number };

/** A variant as text: a preset's name, or `300x200,fit=cover`. */
export interface Written {
  variant: string;
}

/** A size with options. A side that is left out follows from the picture's proportions. */
export interface Sized extends Options {
  width?: number | null;
  height?: number | null;
  /** Device pixels of a CSS pixel: 1, 2 or 3. */
  dpr?: number | null;
  /** Such as `16:9`: the height follows from it, and the picture is cut to it. */
  aspectRatio?: string | null;
}

/** Several sizes, of which the browser takes one: `widths`, or one size at several `densities`. */
export interface Chosen extends Sized {
  widths?: readonly number[] | string | null;
  densities?: readonly number[] | string | null;
  original?: Original | null;
}

export type AttributeValue = string | number | boolean | null | undefined;

/** What an element has beside its addresses. */
export interface Shown {
  alt: string;
  /** How wide the page shows the picture: needed with `widths`. A number is short for `(max-width: 600px) 100vw, 600px`. */
  sizes?: string | number | null;
  class?: string;
  id?: string;
  style?: string;
  title?: string;
  loading?: 'eager' | 'lazy';
  decoding?: 'async' | 'auto' | 'sync';
  fetchpriority?: 'auto' | 'high' | 'low';
  /** Further attributes of the <img>. */
  attrs?: Record<string, AttributeValue>;
}

export interface Pictured extends Shown {
  /** The formats of the sources, the best one first. */
  formats?: readonly string[] | string | null;
}

type WithOriginal = Written & { original?: Original | null };

export interface SiteSettings {
  /** The names of the site's presets. Without them every name is taken for one. */
  presets?: readonly string[];
}

/** A resize404 site. Every wrong argument of its methods is a `Mistake`, which says what is allowed. */
export declare class Site {
  /** `url` is empty if pages and pictures have the same origin. */
  constructor(url?: string, settings?: SiteSettings);
  url(key: string, asked: string | Written | Sized): string;
  infoUrl(key: string): string;
  srcset(key: string, asked: string | Written | Chosen): string;
  attributes(key: string, asked: (WithOriginal | Chosen) & Shown): Record<string, AttributeValue>;
  img(key: string, asked: (WithOriginal | Chosen) & Shown): string;
  picture(key: string, asked: (WithOriginal | Chosen) & Pictured): string;
}

/** When a signature expires: seconds since 1970, or a date. */
export interface Expiring {
  expires?: number | Date | null;
}

/** The same, where every address is signed. For servers only: a browser must not have the key, `id:secret`. */
export declare class SignedSite {
  constructor(url: string, signingKey: string, settings?: SiteSettings);
  url(key: string, asked: string | ((Written | Sized) & Expiring)): Promise<string>;
  infoUrl(key: string, settings?: Expiring): Promise<string>;
  srcset(key: string, asked: string | ((Written | Chosen) & Expiring)): Promise<string>;
  attributes(key: string, asked: (WithOriginal | Chosen) & Shown & Expiring): Promise<Record<string, AttributeValue>>;
  img(key: string, asked: (WithOriginal | Chosen) & Shown & Expiring): Promise<string>;
  picture(key: string, asked: (WithOriginal | Chosen) & Pictured & Expiring): Promise<string>;
}

export type NextLoader = (asked: { src: string; width: number; quality?: number }) => string;

/** Returns a loader of next/image. `options` hold for every picture. */
export declare function nextLoader(url: string, options?: Options): NextLoader;

export interface NuxtProvider {
  getImage(
    src: string,
    settings?: { modifiers?: Record<string, any>; baseURL?: string },
  ): { url: string };
}

/** Returns a provider of Nuxt Image. Its options have the site's address as `baseURL`. */
export declare function nuxtProvider(): NuxtProvider;

export interface UnpicOptions {
  baseUrl?: string;
}

/** Returns the address of `src` with these operations (unpic's URLGenerator). Both sides cut to the box. */
export declare function generate(src: string | URL, operations: Sized, options?: UnpicOptions): string;

/** Returns the original and the operations of an address (unpic's URLExtractor), or null. */
export declare function extract(
  url: string | URL,
  options?: UnpicOptions,
): { src: string; operations: Sized; options: UnpicOptions } | null;

/** Returns the address of `src` with these operations (unpic's URLTransformer); `src` may have some already. */
export declare function transform(src: string | URL, operations: Sized, options?: UnpicOptions): string;
