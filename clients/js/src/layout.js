// How large a variant is. With its size a page reserves space before the picture is there.

import { Mistake } from './mistake.js';

const WHOLE = [1, 1];

/**
 * Returns the size of a variant in device pixels, or undefined if it depends on what is not known.
 * Without the size of the `original`, only a fit that keeps the proportions of its box has a known size.
 */
export function measure(variant, original) {
  const { options, dpr } = variant;
  const [width, height] = [variant.width, variant.height].map((side) => side && side * dpr);
  const fit = options.fit ?? 'inside';
  const box = width && height ? { width, height } : undefined;
  if (!original || !isPlain(variant)) {
    return ['cover', 'contain', 'fill'].includes(fit) ? box : undefined;
  }
  const area = turned(cropped(original, options.crop), Number(options.rotate ?? 0));
  const most = 'upscale' in options ? [] : [WHOLE];
  if (!box || fit === 'inside') {
    return scaled(area, least([...scales({ width, height }, area), ...most]));
  }
  if (fit === 'outside') {
    return scaled(area, least([greatest(scales(box, area)), ...most]));
  }
  return fit === 'contain' || 'upscale' in options ? box : scaled(box, least([...scales(area, box), WHOLE]));
}

// Whether the size follows from the sides alone. It does not if a border is trimmed, or with a tilt.
function isPlain({ options, preset }) {
  return !preset && !('trim' in options) && Number(options.rotate ?? 0) % 90 === 0;
}

// A scale is a fraction of whole numbers, [part, whole]: a page must not be one pixel off.
function scales(to, source) {
  return ['width', 'height'].filter((side) => to[side]).map((side) => [to[side], source[side]]);
}

function least(fractions) {
  return fractions.reduce((one, other) => (other[0] * one[1] < one[0] * other[1] ? other : one));
}

function greatest(fractions) {
  return fractions.reduce((one, other) => (other[0] * one[1] > one[0] * other[1] ? other : one));
}

function scaled({ width, height }, [part, whole]) {
  const of = (side) => Math.max(1, Math.floor((2 * side * part + whole) / (2 * whole)));
  return { width: of(width), height: of(height) };
}

function turned({ width, height }, degrees) {
  return degrees % 180 ? { width: height, height: width } : { width, height };
}

function cropped(original, crop) {
  if (crop === undefined) {
    return original;
  }
  const [left, top, width, height] = crop.split(/[x-]/).map(Number);
  const kept = { width: Math.min(width, original.width - left), height: Math.min(height, original.height - top) };
  if (kept.width < 1 || kept.height < 1) {
    const size = `${original.width}x${original.height}`;
    throw new Mistake(`The crop ${crop} lies outside of the picture, which is ${size}.`);
  }
  return kept;
}
