// Written by `python -m infra clients` from `chalicelib/address/options.py`.

/** The options by name. Null leaves an option out. */
export interface Options {
  /** Colour behind a transparent picture, and around the picture with `fit=contain`. It takes rrggbb or rrggbbaa, such as ff8800. */
  background?: string | null;
  /** Gaussian blur. The value is its sigma in pixels of the variant. It takes 0.3 to 100, with at most one decimal place. */
  blur?: number | null;
  /** Makes every pixel lighter or darker: -100 makes it black, 100 white. It takes -100 to 100. */
  brightness?: number | null;
  /** How many colours a PNG or a GIF has at most. Fewer take fewer bytes. It takes 2 to 256. */
  colors?: number | null;
  /** Moves pixels towards middle grey or away from it: -100 leaves only grey, 100 only black and white. It takes -100 to 100. */
  contrast?: number | null;
  /** The part of the original that is kept, in the original's pixels from its upper left corner. It takes X-Y-WxH, such as 10-20-300x200. */
  crop?: string | null;
  /** How the picture is fitted into the box. It takes inside, outside, cover, contain, fill. */
  fit?: "inside" | "outside" | "cover" | "contain" | "fill" | null;
  /** Mirrored from top to bottom. It takes no value. */
  flip?: boolean | null;
  /** Mirrored from left to right. It takes no value. */
  flop?: boolean | null;
  /** Format of the variant. With `auto`, the browser and the picture's content decide. It takes jpeg, png, webp, avif, jxl, gif, auto, auto-avif, auto-jpeg. */
  format?: "jpeg" | "png" | "webp" | "avif" | "jxl" | "gif" | "auto" | "auto-avif" | "auto-jpeg" | null;
  /** One frame of an animation. The first is 1. It takes 1 to 9999. */
  frame?: number | null;
  /** Which part `fit=cover` keeps, and where `fit=contain` puts the picture. `smart` and `face` find that part by the picture's content; two numbers name a point of it. It takes center, north, northeast, east, southeast, south, southwest, west, northwest, smart, face, or X-Y in percent, such as 30-70. */
  gravity?: string | null;
  /** Without colour. It takes no value. */
  grayscale?: boolean | null;
  /** What is kept of the original's metadata. `copyright` keeps copyright, artist, credit and terms of use, `keep` also title, description, camera and exposure. Neither keeps where it was taken. It takes none, copyright, keep. */
  metadata?: "none" | "copyright" | "keep" | null;
  /** Quality of a lossy format. It takes 1 to 100. */
  quality?: number | null;
  /** Degrees clockwise, before the picture is fitted into the box. It takes 0 to 359. */
  rotate?: number | null;
  /** Radius of the corners in pixels of the variant. `max` makes a circle or a pill. It takes 1 to 9999 or max. */
  round?: number | "max" | null;
  /** Strength of the colours: -100 is grey, 100 doubles them. It takes -100 to 100. */
  saturation?: number | null;
  /** Brown, like old photographs. It takes no value. */
  sepia?: boolean | null;
  /** Unsharp mask. The value is its sigma in pixels of the variant. It takes 0.1 to 10, with at most one decimal place. */
  sharpen?: number | null;
  /** Shades of this one colour, from black to white. It takes rrggbb, such as ff8800. */
  tint?: string | null;
  /** Cuts off the border: everything that differs from the corner by at most this many percent. It takes 0 to 100. */
  trim?: number | null;
  /** Allows a variant that is larger than the original. It takes no value. */
  upscale?: boolean | null;
  /** The overlay that has this name on the site. It takes a name like logo or logo-2. */
  watermark?: string | null;
}
