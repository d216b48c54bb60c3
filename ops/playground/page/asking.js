// Asks the site for a variant, hop by hop: the site, the app if the variant is not stored yet, the site again.
//
// A script cannot read the status and the headers of a redirect, but it can stop at one, and time it. So the page
// follows the way itself, as a browser does for an image.

import { addressAtApp } from "./address.js";

export async function ask(url, signal) {
  const hops = [];
  let answer = await hop(hops, "site", url, "manual", signal);
  if (answer.type === "opaqueredirect") answer = await hop(hops, "app", addressAtApp(url), "manual", signal);
  if (answer.type === "opaqueredirect") answer = await hop(hops, "site", url, "follow", signal);
  return { hops, ...await outcome(answer) };
}

async function hop(hops, at, url, redirect, signal) {
  const start = performance.now();
  const answer = await fetch(url, { redirect, signal });
  const made = { at, answer, status: answer.status, redirects: answer.type === "opaqueredirect", url };
  if (!made.redirects) made.body = await answer.blob();
  hops.push(Object.assign(made, timing(url, start)));
  return made.redirects ? answer : Object.assign(answer, { taken: made.body });
}

// What the browser's Resource Timing says of the request that began at `start`; where it says nothing, our own clock.
function timing(url, start) {
  const entry = performance.getEntriesByName(url, "resource").findLast((each) => each.startTime >= start - 1);
  const clock = { milliseconds: performance.now() - start, said: [] };
  if (!entry) return clock;
  const cached = entry.transferSize === 0 && entry.responseStart > 0 && entry.encodedBodySize > 0;
  return { milliseconds: entry.duration, cached, said: [...entry.serverTiming] };
}

async function outcome(answer) {
  const { status, taken: blob } = answer;
  if (answer.ok) return { status, blob, words: null };
  const [code, message] = ["Code", "Message"].map((name) => answer.headers.get(`X-Resize404-${name}`));
  if (code) return { status, blob: null, words: `${code}: ${message}`, source: "the site, in its headers" };
  return { status, blob: null, words: (await blob.text()).slice(0, 500), source: "the site, in its answer's body" };
}
