// sharp by its documentation: shrink-on-load and sequential reading are its defaults; concurrency 1, cache off.
// Speaks the lines of bench/task.py. argv[2]: the folder that sharp is installed in.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const sharp = createRequire(`${process.argv[2]}/`)("sharp");
sharp.concurrency(1);
sharp.cache(false);

const encoders = {
  jpeg: (image, task) =>
    image.jpeg({ quality: task.quality, chromaSubsampling: "4:2:0", optimiseCoding: false }),
  webp: (image, task) => image.webp({ quality: task.quality, effort: task.webp_effort }),
  png: (image, task) => image.png({ compressionLevel: task.png_level, adaptiveFiltering: true }),
  avif: (image, task) => 
    image.avif({ quality: task.quality, effort: task.avif_effort, chromaSubsampling: "4:2:0" }),
  gif: (image) => image.gif(),
};

function make(data, task) {
  const fit = task.cover ? "cover" : "inside";
  const image = sharp(data, { animated: task.animated, autoOrient: true }).resize({
    width: task.width,
    height: task.height ?? undefined,
    fit,
    withoutEnlargement: true,
  });
  return encoders[task.format](image, task).toBuffer();
}

const originals = new Map();

function read(path) {
  if (!originals.has(path)) originals.set(path, readFileSync(path));
  return originals.get(path);
}

function memory(field) {
  const line = readFileSync("/proc/self/status", "ascii").split("\n").find((line) => line.startsWith(`${field}:`));
  return Number(line.split(/\s+/)[1]);
}

async function answer({ task, times, output }) {
  const data = read(task.original);
  let made;
  const cpu = process.cpuUsage();
  const wall = process.hrtime.bigint();
  try {
    for (let n = 0; n < times; n += 1) made = await make(data, task);
  } catch (failure) {
    return { failed: String(failure) };
  }
  const used = process.cpuUsage(cpu);
  const seconds = Number(process.hrtime.bigint() - wall) / 1e9;
  if (output) writeFileSync(output, made);
  return {
    cpu: (used.user + used.system) / 1e6 / times,
    wall: seconds / times,
    bytes: made.length,
    peak: memory("VmHWM"),
    rss: memory("VmRSS"),
  };
}

const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
const { sharp: own, vips } = sharp.versions;
say({ version: `sharp ${own}, libvips ${vips}, Node ${process.versions.node}`, peak: memory("VmHWM") });
for await (const line of createInterface({ input: process.stdin })) say(await answer(JSON.parse(line)));
