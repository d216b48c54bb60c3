// The page: what is chosen becomes an address, the site is asked for it, and its answer is shown.

import { about, address, parts, site } from "./address.js";
import { ask } from "./asking.js";
import { control, element } from "./controls.js";
import * as originals from "./originals.js";
import { clear, draw, facts } from "./pictures.js";
import * as panel from "./recipe_panel.js";
import { recipes, variant } from "./recipes.js";
import * as way from "./way.js";

const PAUSE = 250;  // milliseconds without a change before the site is asked
const FIRST = "300x200";
const SIZE = /^([0-9]*)x([0-9]*)(@[23]x)?$/;

const find = (selector) => document.querySelector(selector);
const [key, width, height, density, preset] =
  ["#key", "#width", "#height", "#density", "#preset"].map(find);
const said = find(".said");
const before = find(".before");
const after = find(".after");
const controls = about.options.map(control);

let asking = new AbortController();
let timer;
let whole = null;  // bytes of the original, if it can be seen

// --- What is chosen ---

function chosen() {
  const options = controls
    .filter((each) => each.text)
    .map(({ name, text }) => text === "on" ? name : `${name}=${text}`);
  const size = { width: width.value, height: height.value, density: density.value };
  return spelled({ ...size, key: key.value.trim(), preset: preset.value.trim(), options });
}

// Options as the address has them: in order, and without those that make no difference.
function spelled(choice) {
  const url = address(variant(choice), choice.key);
  return { ...choice, options: choice.preset ? [] : parts(url).variant.split(",").slice(1), url };
}

function choose(text, name) {
  const [first, ...options] = text.split(",");
  const size = SIZE.exec(first);
  [width.value, height.value, density.value] = size ? size.slice(1).map((side) => side || "") : ["", "", ""];
  preset.value = size ? "" : text;
  key.value = name;
  const texts = new Map(options.map((option) => option.split(/=(.*)/)).map(([each, value]) => [each, value ?? "on"]));
  for (const each of controls) each.text = texts.get(each.name) || "";
}

// The part of this page's own address behind "#" is the picture that is chosen.
function follow() {
  const isLinked = location.hash.length > 1;
  const linked = isLinked ? parts(site + location.hash.slice(1)) : { variant: FIRST, key: about.keys[0] || "" };
  choose(linked.variant, linked.key);
  changed();
}

function changed() {
  const choice = chosen();
  find(".url").textContent = find(".url").href = choice.url;
  history.replaceState(null, "", `#${choice.url.slice(site.length)}`);
  for (const each of controls) each.row.classList.toggle("set", each.text !== "");
  originals.mark(choice.key);
  clearTimeout(timer);
  timer = setTimeout(look, PAUSE);
}

// --- What the site answers ---

async function look() {
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  document.body.ariaBusy = "true";
  try {
    await show(chosen(), signal);
  } catch (failure) {
    if (!signal.aborted) refuse(`No answer: ${failure.message}`, "this browser");
  } finally {
    if (!signal.aborted) document.body.ariaBusy = "false";
  }
}

async function show(choice, signal) {
  if (!choice.key) {
    say("Choose an original, or type its key.");
    return;
  }
  await showBefore(choice, signal);
  await showAfter(choice, await ask(choice.url, signal), signal);
}

// Originals can be seen on a local site only. Elsewhere they are private: the same size without options is shown.
async function showBefore(choice, signal) {
  const frame = before.querySelector(".frame");
  const url = about.local
    ? `../original?key=${encodeURIComponent(choice.key)}`
    : address(variant({ ...choice, options: [] }), choice.key);
  if (frame.dataset.url === url) return;
  const answer = await fetch(url, { signal });
  const blob = answer.ok ? await answer.blob() : null;
  if (signal.aborted) return;
  frame.dataset.url = url;
  whole = blob && about.local ? blob.size : null;
  if (blob) {
    put(before, facts(blob, await draw(frame, blob, about.local ? "Original" : "Variant without options")));
  } else {
    clear(frame, about.local ? "There is no such original." : "The site does not show it without options.");
    put(before, []);
  }
}

async function showAfter(choice, answer, signal) {
  const frame = after.querySelector(".frame");
  if (signal.aborted) return;
  frame.dataset.url = choice.url;
  way.show(find(".hops"), answer.hops);
  const drawn = answer.blob ? await draw(frame, answer.blob, "Variant") : null;
  if (signal.aborted) return;
  if (answer.words) {
    clear(frame, "No picture.");
    put(after, []);
    refuse(answer.words, answer.source, answer.status);
  } else {
    put(after, facts(answer.blob, drawn, whole));
    say(`The site allows it: ${facts(answer.blob, drawn).join(", ")}.`);
  }
  panel.show(recipes(choice, drawn));
  find(".log").textContent = about.local ? await way.logged(choice.url, signal) : "";
}

function put(figure, all) {
  figure.querySelector(".facts").replaceChildren(...all.map((fact) => element("span", {}, fact)));
}

function say(words) {
  said.classList.remove("bad");
  said.textContent = words;
}

function refuse(words, source, status) {
  const origin = `${status ? `Status ${status}. ` : ""}Words of ${source}.`;
  said.classList.add("bad");
  said.replaceChildren(element("strong", {}, words), " ", element("span", { className: "source" }, origin));
}

// --- The page itself ---

async function copy(button, text) {
  await navigator.clipboard.writeText(text);
  button.classList.add("done");
  setTimeout(() => button.classList.remove("done"), 1500);
  say("Copied.");
}

function listen() {
  const form = find(".controls");
  form.addEventListener("input", changed);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    choose(FIRST, key.value);
    changed();
  });
  key.addEventListener("input", changed);
  find("#shrink").addEventListener("input", (event) => find(".pair").classList.toggle("shrunk", event.target.checked));
  find(".address .copy").addEventListener("click", (event) => copy(event.currentTarget, find(".url").href));
  find(".recipe .copy").addEventListener("click", (event) => copy(event.currentTarget, panel.code()));
  window.addEventListener("hashchange", follow);
}

function chooseOriginal(name, { isNew = false } = {}) {
  if (isNew) delete before.querySelector(".frame").dataset.url;
  key.value = name;
  changed();
}

find(".options").append(...controls.map((each) => each.row));
originals.offerAll(chooseOriginal);
if (about.local) originals.takeDropped({ choose: chooseOriginal, say, refuse });
else before.querySelector("h3").textContent = "Without options";
listen();
follow();
