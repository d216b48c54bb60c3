// What the author of a page asks for: the arguments of Site's methods, read and checked.

import { Mistake, quoted } from './mistake.js';
import { ofValues, read as readVariant } from './variant.js';

// How each number of a list is written, and what is allowed.
const NUMBERS = {
  widths: [/^[1-9][0-9]{0,3}$/, 'from 1 to 9999, like 320, 640'],
  densities: [/^[1-3]$/, 'from 1 to 3, like 1, 2'],
};

/**
 * Returns what is asked for: `{ variant, aspectRatio, widths, densities, original, frames }`.
 * `asked` is a variant as text, or an object of arguments; a variant as text may also be in `asked.variant`.
 */
export function read(asked, presets) {
  const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined && value !== null));
  const { variant: text, original, ...rest } = given;
  const known = readOriginal(original);
  if (text) {
    refuseBeside(rest);
    return { variant: readVariant(text, presets), widths: [], densities: [], ...known };
  }
  return { ...ofSizes(rest), ...known };
}

function ofSizes({ width, height, dpr, ...given }) {
  const { widths: listed = [], densities: dense = [], aspectRatio: ratio, ...options } = given;
  const widths = numbers('widths', listed);
  const densities = numbers('densities', dense);
  const aspectRatio = readAspectRatio(ratio);
  const sides = readSides({ width, height, dpr });
  refuseBoth(sides, widths, densities, aspectRatio);
  const size = sized({ ...sides, width: widths.at(-1) ?? sides.width }, aspectRatio);
  const variant = ofValues(size, aspectRatio ? { fit: 'cover', ...options } : options);
  return { variant, aspectRatio, widths, densities };
}

/** Returns the variant of a choice at one of its widths. */
export function atWidth({ variant, aspectRatio }, width) {
  return variant.with(sized({ width }, aspectRatio));
}

function sized(sides, ratio) {
  if (!ratio || !sides.width) {
    return sides;
  }
  const [across, down] = ratio;
  return { ...sides, height: Math.max(1, Math.floor((2 * sides.width * down + across) / (2 * across))) };
}

function refuseBeside(rest) {
  const [other] = Object.keys(rest);
  if (other) {
    throw new Mistake(`A variant that is written as a text takes no ${other} beside it.`);
  }
}

function refuseBoth(sides, widths, densities, ratio) {
  const [other] = [...Object.keys(sides), ...(densities.length ? ['densities'] : [])];
  if (widths.length && other) {
    throw new Mistake(`Give widths, or ${other}, not both.`);
  }
  if (densities.length && sides.dpr) {
    throw new Mistake('Give densities, or dpr, not both.');
  }
  if (ratio && !widths.length && (sides.height || !sides.width)) {
    throw new Mistake('aspectRatio needs a width or widths, and no height: the height follows from it.');
  }
}

function readSides(given) {
  const sides = Object.entries(given).filter(([, side]) => side !== undefined);
  return Object.fromEntries(sides.map(([name, side]) => [name, wholeNumber(side, `a ${name}`)]));
}

function wholeNumber(given, what) {
  if (!/^[1-9][0-9]{0,3}$/.test(String(given))) {
    throw new Mistake(`${quoted(given)} is not ${what}. It is a whole number from 1 to 9999.`);
  }
  return Number(given);
}

// Returns the numbers of a list in ascending order. Templates write the list as `320, 640`.
function numbers(name, given) {
  const listed = typeof given === 'string' ? given.trim().split(/\s*,\s*/) : given;
  const [pattern, allowed] = NUMBERS[name];
  const wrong = listed.find((each) => !pattern.test(String(each)));
  if (wrong !== undefined) {
    throw new Mistake(`${quoted(wrong)} is not one of ${name}. They are whole numbers ${allowed}.`);
  }
  return [...new Set(listed.map(Number))].sort((one, other) => one - other);
}

function readAspectRatio(text) {
  if (text === undefined) {
    return undefined;
  }
  const match = /^([1-9][0-9]{0,3})\s*[:/]\s*([1-9][0-9]{0,3})$/.exec(text);
  if (!match) {
    throw new Mistake(`${quoted(text)} is not an aspect ratio. Write it like 16:9.`);
  }
  return [Number(match[1]), Number(match[2])];
}

function readOriginal(given) {
  if (given === undefined) {
    return { original: undefined, frames: 1 };
  }
  const { width, height, frames = 1 } = Array.isArray(given) ? { width: given[0], height: given[1] } : given;
  if (![width, height].every((side) => Number.isInteger(side) && side > 0)) {
    throw new Mistake('original is the size of the original in pixels, like [2000, 1500], or its info.');
  }
  return { original: { width, height }, frames };
}
