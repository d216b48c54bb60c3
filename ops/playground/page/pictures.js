// Pictures in their frames, pixel by pixel, and what can be said of them for certain.

import { element } from "./controls.js";

// Shows `blob` in the frame. Returns its width and height, or null if this browser cannot draw it.
export async function draw(frame, blob, alt) {
  const image = element("img", { src: URL.createObjectURL(blob), alt });
  try {
    await image.decode();
  } catch {
    URL.revokeObjectURL(image.src);
    clear(frame, `This browser cannot draw ${format(blob) || "this file"}.`);
    return null;
  }
  clear(frame);
  image.style.width = `${image.naturalWidth / devicePixelRatio}px`;
  frame.append(image);
  return { width: image.naturalWidth, height: image.naturalHeight };
}

export function clear(frame, words = "") {
  const shown = frame.querySelector("img");
  if (shown) URL.revokeObjectURL(shown.src);
  frame.replaceChildren(...words ? [element("p", { textContent: words })] : []);
}

export function facts(blob, drawn, whole) {
  const sides = drawn ? `${drawn.width} × ${drawn.height} px` : "";
  const part = whole ? `, ${percent(blob.size / whole)} of the original’s` : "";
  return [sides, format(blob), bytes(blob.size) + part].filter(Boolean);
}

function format(blob) {
  return /^image\/([^;]+)/.exec(blob.type)?.[1] || "";
}

export function bytes(count) {
  if (count < 1000) return `${count} bytes`;
  return count < 1e6 ? `${(count / 1e3).toFixed(1)} kB` : `${(count / 1e6).toFixed(1)} MB`;
}

function percent(part) {
  return `${(100 * part).toFixed(part < 0.1 ? 1 : 0)} %`;
}
