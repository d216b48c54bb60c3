// HTML elements, with every value escaped.

import { Mistake, quoted } from './mistake.js';

const OURS = ['alt', 'height', 'sizes', 'src', 'srcset', 'width'];
const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#x27;' };

/** Returns the start tag of an element, which is all of it for <img> and <source>. */
export function element(name, attributes) {
  return `<${name}${Object.entries(attributes).map(attribute).join('')}>`;
}

/** Returns the attributes that a page's author adds. */
export function further(given) {
  for (const name of Object.keys(given)) {
    if (!/^[a-z][a-z0-9-]*$/.test(name)) {
      throw new Mistake(`${quoted(name)} is not the name of an attribute. Write it in lower case, like data-id.`);
    }
    if (OURS.includes(name)) {
      throw new Mistake(`The attribute ${name} is written from the other arguments.`);
    }
  }
  return given;
}

// True is an attribute without a value; false, null and undefined are no attribute.
function attribute([name, value]) {
  if (value === undefined || value === null || value === false) {
    return '';
  }
  return value === true ? ` ${name}` : ` ${name}="${String(value).replace(/[&<>"']/g, (each) => ESCAPES[each])}"`;
}
