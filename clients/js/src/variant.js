// Variants: the first segment of an address, as text and as a value.

import { Mistake, quoted } from './mistake.js';
import { DECLARED } from './options.js';
import { ofText, ofValue } from './values.js';

export const INFO = 'info';

const SIZE = /^([1-9][0-9]{0,3})?x([1-9][0-9]{0,3})?(?:@([23])x)?$/;
const PRESET = /^[a-z][a-z0-9_-]{0,62}$/;
const BEGINS_LIKE_A_SIZE = /^[^\p{L}\p{N}_]*(?:[xX\u00d7]?\p{Nd}|$)/u;
const MOST_LETTERS = 400;

/**
 * What to make of an original: a box in CSS pixels with options, or the name of a preset.
 * `dpr` is how many device pixels a CSS pixel has. `options` are canonical texts by name.
 */
export class Variant {
  constructor({ width, height, dpr = 1, options = {}, preset = '' }) {
    Object.assign(this, { width, height, dpr, options, preset });
  }

  with(changes) {
    return new Variant({ ...this, ...changes });
  }

  /** Returns the canonical spelling: options in the order of their names, defaults left out. */
  toString() {
    const size = `${this.width ?? ''}x${this.height ?? ''}${this.dpr === 1 ? '' : `@${this.dpr}x`}`;
    const options = Object.keys(DECLARED)
      .filter((name) => name in this.options && this.options[name] !== DECLARED[name].default)
      .map((name) => (this.options[name] ? `${name}=${this.options[name]}` : name));
    return this.preset || [size, ...options].join(',');
  }
}

/** Returns the variant with these sides and options. A side that is undefined follows from the proportions. */
export function ofValues({ width, height, dpr = 1 }, given) {
  if (width === undefined && height === undefined) {
    throw new Mistake('There is no size. Give a width, a height, both, or widths.');
  }
  const texts = Object.entries(given).map(([name, value]) => [name, ofValue(name, value)]);
  const options = Object.fromEntries(texts.filter(([, text]) => text !== undefined));
  // Put together as text and read like one, so that each bound is checked in one place.
  const size = `${width ?? ''}x${height ?? ''}`;
  return new Variant({ ...readSize(dpr === 1 ? size : `${size}@${dpr}x`), options });
}

/** Returns the variant of `300x200,fit=cover` or of a preset's name, which is one of `presets` if these are given. */
export function read(text, presets) {
  const [name] = text.split(/[,@]/);
  if (name === INFO || isPresetName(name, presets)) {
    return named(name, text);
  }
  if (!BEGINS_LIKE_A_SIZE.test(name)) {
    throw new Mistake(`There is no preset ${quoted(name)} here, and a size is written like 300x200.`);
  }
  if (text.length > MOST_LETTERS) {
    throw new Mistake(`The variant has ${text.length} characters; at most ${MOST_LETTERS} are allowed.`);
  }
  const [size, ...options] = text.split(',');
  return new Variant({ ...readSize(size), options: readOptions(options) });
}

function isPresetName(name, presets) {
  return presets ? presets.includes(name) : PRESET.test(name) && !SIZE.test(name);
}

function named(name, text) {
  if (text === name) {
    return new Variant({ preset: name });
  }
  throw new Mistake(
    name === INFO
      ? 'There are no options of info. Ask for /info/ and the key alone.'
      : `The preset ${name} takes no options. Ask for ${name} alone, or for a size with options.`,
  );
}

function readSize(text) {
  const [, ...sides] = SIZE.exec(text) ?? [];
  const [width, height, dpr] = sides.map((side) => side && Number(side));
  if (!width && !height) {
    throw new Mistake(
      `${quoted(text)} is not a size. A size is written like 300x200, 300x, x200 or 300x200@2x, each side from 1 to 9999.`,
    );
  }
  return { width, height, dpr: dpr ?? 1 };
}

function readOptions(texts) {
  const chosen = {};
  for (const text of texts) {
    const [name] = text.split('=', 1);
    if (!text) {
      throw new Mistake('There is a comma too many. No option follows it.');
    }
    if (Object.hasOwn(chosen, name)) {
      throw new Mistake(`The option ${name} is given twice. Give it once.`);
    }
    chosen[name] = ofText(name, text === name ? undefined : text.slice(name.length + 1));
  }
  return chosen;
}
