// The value of an option as text, in its one canonical spelling. Each reader returns undefined for a wrong text.

import { Mistake, quoted } from './mistake.js';
import { DECLARED } from './options.js';

const ACROSS = { 0: 'west', 50: '', 100: 'east' };
const DOWN = { 0: 'north', 50: '', 100: 'south' };
const PERCENT = { least: 0, most: 100 };

const READERS = {
  integer,
  decimal,
  radius: (text, bounds) => (text === 'max' ? text : integer(text, { least: 1, most: bounds.most })),
  oneof: oneOf,
  placement,
  crop,
  hex,
  name: (text) => (/^[a-z][a-z0-9_-]{0,31}$/.test(text) ? text : undefined),
  flag: () => undefined,
};

/** Returns the canonical text of an option's value, empty for a flag. `text` is undefined if there is no value. */
export function ofText(name, text) {
  if (!Object.hasOwn(DECLARED, name)) {
    throw new Mistake(`There is no option ${quoted(name)}. The options are ${Object.keys(DECLARED).join(', ')}.`);
  }
  const { kind, values, allowed } = DECLARED[name];
  if (text === undefined && kind === 'flag') {
    return '';
  }
  if (text === undefined) {
    throw new Mistake(`The option ${name} needs a value. It takes ${allowed}.`);
  }
  const value = READERS[kind](text, values);
  if (value === undefined) {
    throw new Mistake(`The option ${name} does not take ${quoted(text)}. It takes ${allowed}.`);
  }
  return value;
}

/** Returns the same for a number, a text or a truth value; undefined for a flag that is off. */
export function ofValue(name, value) {
  const kind = Object.hasOwn(DECLARED, name) ? DECLARED[name].kind : undefined;
  if (value === false && kind === 'flag') {
    return undefined;
  }
  if (typeof value === 'boolean') {
    return ofText(name, value ? undefined : 'false');
  }
  return ofText(name, kind === 'hex' ? withoutHash(String(value)) : String(value));
}

// The digits of a colour that is written as in CSS: `#rrggbb`, or `#rgb` in short.
function withoutHash(text) {
  if (!text.startsWith('#')) {
    return text;
  }
  const digits = text.slice(1);
  return [3, 4].includes(digits.length) ? [...digits].map((digit) => digit + digit).join('') : digits;
}

function integer(text, { least, most }) {
  return /^(0|-?[1-9][0-9]{0,5})$/.test(text) && isBetween(least, text, most) ? text : undefined;
}

function decimal(text, { least, most }) {
  const isNumber = /^(0|[1-9][0-9]{0,2})([.][0-9])?$/.test(text);
  return isNumber && isBetween(least, text, most) ? text.replace(/[.]0$/, '') : undefined;
}

function isBetween(least, text, most) {
  return least <= Number(text) && Number(text) <= most;
}

function oneOf(text, { names }) {
  return names.includes(text) ? text : undefined;
}

function placement(text, bounds) {
  const [across, down, more] = text.split('-');
  if (more !== undefined || [across, down].some((part) => integer(part ?? '', PERCENT) === undefined)) {
    return oneOf(text, bounds);
  }
  return across in ACROSS && down in DOWN ? DOWN[down] + ACROSS[across] || 'center' : text;
}

function crop(text, { most }) {
  const match = /^([0-9]+)-([0-9]+)-([0-9]+)x([0-9]+)$/.exec(text);
  const isArea = match && [0, 0, 1, 1].every((least, place) => integer(match[place + 1], { least, most }) !== undefined);
  return isArea ? text : undefined;
}

function hex(text, { alpha }) {
  const form = alpha ? /^([0-9a-f]{2}){3,4}$/i : /^([0-9a-f]{2}){3}$/i;
  return form.test(text) ? text.toLowerCase().replace(/^(.{6})ff$/, '$1') : undefined;
}
