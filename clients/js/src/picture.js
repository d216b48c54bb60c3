// The attributes of <img> and <source>.

import { Mistake, quoted } from './mistake.js';
import { DECLARED } from './options.js';
import { candidates, shownSize, written } from './srcset.js';
import { element, further } from './tags.js';

const NAMED = ['class', 'id', 'style', 'title', 'loading', 'decoding', 'fetchpriority'];
const SOURCE_FORMATS = ['avif', 'webp'];
const ANIMATED_FORMATS = ['webp'];

/** Returns what is said of the element, and the other arguments. */
export function split({ alt, sizes, formats, attrs = {}, ...rest }) {
  if (typeof alt !== 'string') {
    throw new Mistake('alt is missing. Say what is to be seen, or write alt="" for mere decoration.');
  }
  const named = Object.fromEntries(NAMED.filter((name) => name in rest).map((name) => [name, rest[name]]));
  const others = Object.fromEntries(Object.entries(rest).filter(([name]) => !NAMED.includes(name)));
  return [{ alt, sizes: sizes ?? undefined, formats: formats ?? undefined, further: further({ ...named, ...attrs }) }, others];
}

/**
 * Returns the attributes of the <img>. `sizes` comes before `srcset`, and both before `src`: a script that sets them
 * one by one starts no wrong request.
 */
export function image(choice, said, address) {
  const listed = candidates(choice);
  const listing = list(choice, said, address);
  const src = listed.at(choice.widths.length ? -1 : 0).variant;
  return {
    alt: said.alt,
    ...said.further,
    ...shownSize(choice),
    ...(choice.widths.length || choice.densities.length ? listing : {}),
    src: address(src),
  };
}

/** Returns a <source> for each format that is better than that of the <img>. */
export function sources(choice, said, key, address) {
  return formatsOf(said.formats, choice, key).map((format) => {
    const variant = choice.variant.with({ options: { ...choice.variant.options, format } });
    return element('source', { type: `image/${format}`, ...list({ ...choice, variant }, said, address) });
  });
}

function list(choice, said, address) {
  const sizes = readSizes(choice, said.sizes);
  const srcset = written(candidates(choice), address);
  return sizes ? { sizes, srcset } : { srcset };
}

function readSizes({ widths }, sizes) {
  if (Boolean(sizes) !== Boolean(widths.length)) {
    throw new Mistake(
      'widths and sizes belong together. sizes says how wide the page shows the picture: sizes="100vw", ' +
        'sizes="(max-width: 600px) 100vw, 600px", or in short sizes=600.',
    );
  }
  return /^[0-9]+$/.test(sizes) ? `(max-width: ${sizes}px) 100vw, ${sizes}px` : sizes;
}

function formatsOf(given, choice, key) {
  const { preset, options } = choice.variant;
  const asked = typeof given === 'string' ? given.split(/[\s,]+/).filter(Boolean) : given;
  const names = asked ?? (preset ? [] : usual(choice, key));
  if (names.length && preset) {
    throw new Mistake(`The preset ${preset} has a format of its own. Leave formats out.`);
  }
  const known = DECLARED.format.values.names.filter((name) => !name.startsWith('auto'));
  const wrong = names.find((name) => !known.includes(name));
  if (wrong !== undefined) {
    throw new Mistake(`There is no format ${quoted(wrong)} for a source. The formats are ${known.join(', ')}.`);
  }
  return names.filter((name) => name !== options.format);
}

// The formats of a page that names none. An AVIF of an animation would stand still, and an SVG stays one.
function usual({ variant, frames }, key) {
  const ending = key.split('.').at(-1).toLowerCase();
  if (ending === 'svg') {
    return [];
  }
  const moves = (ending === 'gif' || frames > 1) && !('frame' in variant.options);
  return moves ? ANIMATED_FORMATS : SOURCE_FORMATS;
}
