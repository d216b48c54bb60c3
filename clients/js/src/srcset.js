// The candidates of a srcset attribute: the same picture at several sizes, of which a browser takes one.

import { atWidth } from './choice.js';
import { measure } from './layout.js';

/** Returns `[{ variant, descriptor }]`, the smallest first; none that has no more pixels than the one before it. */
export function candidates(choice) {
  const described = choice.widths.length ? atWidths(choice) : atDensities(choice);
  const kept = new Map();
  for (const candidate of described) {
    if (!kept.has(candidate.pixels)) {
      kept.set(candidate.pixels, candidate);
    }
  }
  return [...kept.values()];
}

/** Returns the value of the attribute. */
export function written(listed, address) {
  return listed.map(({ variant, descriptor }) => `${safe(address(variant))} ${descriptor}`.trim()).join(', ');
}

/** Returns the size in CSS pixels at which the largest candidate fills its pixels, or undefined. */
export function shownSize({ variant, original }) {
  return measure(variant.with({ dpr: 1 }), original);
}

function atWidths(choice) {
  return choice.widths.map((width) => {
    const variant = atWidth(choice, width);
    // What the picture really has: a narrower original is not enlarged, and `640w` would be wrong.
    const pixels = measure(variant, choice.original)?.width ?? width;
    return { variant, pixels, descriptor: `${pixels}w` };
  });
}

function atDensities({ variant, densities, original }) {
  return (densities.length ? densities : [variant.dpr]).map((dpr) => {
    const dense = variant.with({ dpr });
    const pixels = measure(dense, original)?.width ?? dpr;
    return { variant: dense, pixels, descriptor: densities.length ? `${dpr}x` : '' };
  });
}

// Commas at the end of an address would end the candidate.
function safe(address) {
  return address.replace(/,+$/, (commas) => '%2C'.repeat(commas.length));
}
