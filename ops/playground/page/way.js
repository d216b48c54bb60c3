// The hops of a request, each with its time as a bar.

import { element } from "./controls.js";

const STORED = "the site, which has it";
const LOOKS = 5, BETWEEN = 300;  // milliseconds
const HANDED_OVER = "the site, which has it from the app";
const MISSED = "the site, which does not have it yet";

export function show(list, hops) {
  const all = hops.reduce((sum, hop) => sum + hop.milliseconds, 0);
  let before = 0;
  list.replaceChildren(...hops.map((hop) => {
    const bar = element("span", { className: "bar" });
    bar.setAttribute("aria-hidden", "true");
    bar.style.marginInlineStart = `${100 * before / all}%`;
    bar.style.width = `${100 * hop.milliseconds / all}%`;
    before += hop.milliseconds;
    const time = element("span", { className: "time" }, `${Math.round(hop.milliseconds)} ms`);
    return element("li", {}, element("span", {}, described(hop)), time, bar);
  }));
}

function described(hop) {
  const said = hop.said.map((each) => `${each.name} ${Math.round(each.duration)} ms`).join(", ");
  const cache = hop.cached ? "from this browser’s cache" : "";
  return [who(hop), cache, said && `Server-Timing: ${said}`].filter(Boolean).join(" · ");
}

function who(hop) {
  if (hop.at === "app") return hop.redirects ? "the app, which makes and stores it" : `the app: ${hop.status}`;
  if (hop.redirects) return MISSED;
  // Its Server-Timing is kept with the picture for a minute.
  if (hop.status < 300 && hop.said.some((each) => each.name === "total")) return HANDED_OVER;
  return hop.status < 300 ? STORED : `the site: ${hop.status}`;
}

// What the log of a local site says of its last view of this address: it sees the redirects' statuses and headers.
// It has the view a moment later than the browser.
export async function logged(url, signal) {
  for (let attempt = 0; attempt < LOOKS && !signal.aborted; attempt++) {
    const view = await (await fetch(`../view?path=${encodeURIComponent(new URL(url).pathname)}`, { signal })).json();
    if (view.text) return `The site’s log: ${[view.text, view.took].filter(Boolean).join(" · ")}`;
    await new Promise((resolve) => { setTimeout(resolve, BETWEEN); });
  }
  return "";
}
