// Code for pages and programs, each with the addresses that it uses.

import { about, address, site, size } from "./address.js";

const FACTORS = [0.5, 1, 1.5, 2];

// `choice` has the size, the options as an address has them, a preset, the key; `drawn` the variant's own size.
export function recipes(choice, drawn) {
  const here = { ...choice, drawn };
  const made = [image(here)];
  if (!choice.preset) made.push(screens(here), widths(here), picture(here));
  return [...made, next(here), python(here), curl(here)].filter(Boolean);
}

export function variant({ preset, options, ...box }, more = []) {
  return preset || [size(box), ...options, ...more].join(",");
}

function at(choice, changes = {}, more = []) {
  return address(variant({ ...choice, ...changes }, more), choice.key);
}

function attribute(text) {
  return `"${text.replaceAll("&", "&amp;").replaceAll('"', "&quot;")}"`;
}

function tag({ drawn }, attributes) {
  const sides = drawn ? ` width="${drawn.width}" height="${drawn.height}"` : "";
  return `<img ${attributes}${sides} alt="">`;
}

function image(choice) {
  const url = at(choice);
  return { name: "<img>", code: tag(choice, `src=${attribute(url)}`), addresses: [url] };
}

function screens(choice) {
  const urls = ["", "@2x", "@3x"].map((density) => at(choice, { density }));
  const set = urls.map((url, place) => `${url} ${place + 1}x`).join(",\n             ");
  const code = `<img src=${attribute(urls[0])}\n     srcset=${attribute(set)}\n     alt="">`;
  return { name: "srcset", code, addresses: urls };
}

function widths(choice) {
  const width = Number(choice.width) || choice.drawn?.width;
  if (!width) return null;
  const wide = FACTORS.map((factor) => Math.round(width * factor)).filter((each) => each <= 9999);
  const urls = wide.map((each) => at(choice, { ...scaled(choice, each / width, each), density: "" }));
  const set = urls.map((url, place) => `${url} ${wide[place]}w`).join(",\n             ");
  const sizes = `(max-width: ${width}px) 100vw, ${width}px`;
  const code = `<img src=${attribute(urls[1])}\n     srcset=${attribute(set)}\n     sizes="${sizes}" alt="">`;
  return { name: "sizes", code, addresses: urls };
}

function scaled({ width, height }, factor, wide) {
  return { width: width || height ? (width ? wide : "") : wide, height: height && Math.round(height * factor) };
}

function picture(choice) {
  const plain = choice.options.filter((option) => !option.startsWith("format="));
  const [avif, webp] = ["avif", "webp"].map((format) => at(choice, { options: plain }, [`format=${format}`]));
  const last = at(choice, { options: plain });
  const source = (format, url) => `  <source type="image/${format}" srcset=${attribute(url)}>\n`;
  const sources = source("avif", avif) + source("webp", webp);
  const code = `<picture>\n${sources}  ${tag(choice, `src=${attribute(last)}`)}\n</picture>`;
  return { name: "<picture>", code, addresses: [avif, webp, last] };
}

function next(choice) {
  const base = JSON.stringify(`${site}/${about.prefix}`).slice(1, -1);
  const { box, rest } = choice.preset ? { box: choice.preset, rest: "" } : boxed(choice);
  const { width, height } = choice.drawn ?? { width: 600, height: 400 };
  const code = `// loader.js. In next.config.js: images: { loader: "custom", loaderFile: "./loader.js" }
export default function loader({ src, width, quality }) {
  return \`${base}${box}${rest}/\${encodeURI(src)}\`;
}

// The site must allow each width that next.config.js has in deviceSizes and imageSizes.
<Image src=${JSON.stringify(choice.key)} width={${width}} height={${height}} alt="" />`;
  return { name: "Next.js", code, addresses: [] };
}

function boxed({ width, height, options }) {
  const tall = width && height ? `\${Math.round(width * ${height} / ${width})}` : "";
  const set = options.find((option) => option.startsWith("quality="))?.slice("quality=".length) ?? 75;
  const quality = `quality=\${quality ?? ${set}}`;
  const rest = [...options.filter((option) => !option.startsWith("quality=")), quality].sort();
  return { box: `\${width}x${tall}`, rest: `,${rest.join(",")}` };
}

function python(choice) {
  const spelled = variant(choice);
  const code = `from urllib.parse import quote
from urllib.request import urlretrieve


def variant(key: str, spelling: str = ${JSON.stringify(spelled)}) -> str:
    return f"${site}/${about.prefix}{spelling}/" + quote(key, safe=${JSON.stringify(about.unencoded)})


urlretrieve(variant(${JSON.stringify(choice.key)}), "variant")`;
  return { name: "Python", code, addresses: [at(choice)] };
}

function curl(choice) {
  const url = at(choice);
  return { name: "curl", code: `curl --location --output variant '${url.replaceAll("'", "'\\''")}'`, addresses: [url] };
}
