// The page: what is chosen becomes an address, the site is asked for it, and its answer is shown.

import { about, address, parts, site } from "./address.js";
import { ask } from "./asking.js";
import { control, element } from "./controls.js";
import { bytes, clear, draw, facts } from "./pictures.js";
import { recipes, variant } from "./recipes.js";
import { upload } from "./upload.js";
import * as way from "./way.js";

const PAUSE = 250;  // milliseconds without a change before the site is asked
const FIRST = "300x200";
const SIZE = /^([0-9]*)x([0-9]*)(@[23]x)?$/;

const find = (selector) => document.querySelector(selector);
const [key, width, height, density, preset] = ["key", "width", "height", "density", "preset"].map((id) => find(`#${id}`));
const form = find(".controls");
const said = find(".said");
const controls = about.options.map(control);
let asking = new AbortController();
let timer, whole, tab = 0;

function chosen() {
  const options = controls.filter((each) => each.text).map(({ name, text }) => text === "on" ? name : `${name}=${text}`);
  return { key: key.value.trim(), width: width.value, height: height.value, density: density.value, preset: preset.value.trim(), options };
}

// Options as the address has them: in order, and without those that make no difference.
function asSpelled(choice) {
  const url = address(variant(choice), choice.key);
  return { ...choice, options: choice.preset ? [] : parts(url).variant.split(",").slice(1), url };
}

function choose(spelled, name) {
  const [first, ...options] = spelled.split(",");
  const size = SIZE.exec(first);
  [width.value, height.value, density.value] = size ? size.slice(1).map((side) => side || "") : ["", "", ""];
  preset.value = size ? "" : spelled;
  key.value = name;
  const texts = Object.fromEntries(options.map((option) => option.split(/=(.*)/)).map(([each, text]) => [each, text ?? "on"]));
  for (const each of controls) each.text = texts[each.name] || "";
}

function changed() {
  const choice = asSpelled(chosen());
  find(".url").textContent = find(".url").href = choice.url;
  history.replaceState(null, "", `#${choice.url.slice(site.length)}`);
  for (const each of controls) each.row.classList.toggle("set", each.text !== "");
  for (const button of document.querySelectorAll(".samples button")) button.ariaPressed = String(button.value === choice.key);
  clearTimeout(timer);
  timer = setTimeout(look, PAUSE);
}

async function look() {
  asking.abort();
  asking = new AbortController();
  const { signal } = asking;
  const choice = asSpelled(chosen());
  document.body.ariaBusy = "true";
  try {
    if (!choice.key) return say("Choose an original, or type its key.");
    await showBefore(choice, signal);
    const answer = await ask(choice.url, signal);
    await showAfter(choice, answer, signal);
  } catch (failure) {
    if (!signal.aborted) refuse(`No answer: ${failure.message}`, "this browser");
  } finally {
    if (!signal.aborted) document.body.ariaBusy = "false";
  }
}

// Originals can be seen on a local site only. Elsewhere they are private: the same size without options stands for them.
async function showBefore(choice, signal) {
  const url = about.local ? `../original?key=${encodeURIComponent(choice.key)}` : address(variant({ ...choice, options: [] }), choice.key);
  const figure = find(".before"), frame = figure.querySelector(".frame");
  if (frame.dataset.url === url && whole !== undefined) return;
  const answer = await fetch(url, { signal });
  const blob = answer.ok ? await answer.blob() : null;
  if (signal.aborted) return;
  frame.dataset.url = url;
  whole = blob && about.local ? blob.size : null;
  if (!blob) return put(figure, [], clear(frame, about.local ? "There is no such original." : "The site does not show it without options."));
  put(figure, facts(blob, await draw(frame, blob, about.local ? "Original" : "Variant without options")));
}

async function showAfter(choice, answer, signal) {
  const figure = find(".after"), frame = figure.querySelector(".frame");
  if (signal.aborted) return;
  frame.dataset.url = choice.url;
  way.show(find(".hops"), answer.hops);
  const drawn = answer.blob ? await draw(frame, answer.blob, "Variant") : null;
  if (signal.aborted) return;
  if (answer.words) {
    clear(frame, "No picture.");
    put(figure, []);
    refuse(answer.words, answer.source, answer.status);
  } else {
    put(figure, facts(answer.blob, drawn, whole));
    say(`The site allows it: ${facts(answer.blob, drawn).join(", ")}.`);
  }
  showRecipes(recipes(choice, drawn));
  find(".log").textContent = about.local ? await way.logged(choice.url, signal) : "";
}

function put(figure, all) {
  figure.querySelector(".facts").replaceChildren(...all.map((fact) => element("span", { textContent: fact })));
}

function say(words) {
  said.classList.remove("bad");
  said.textContent = words;
}

function refuse(words, source, status) {
  said.classList.add("bad");
  said.replaceChildren(element("strong", {}, words), element("span", { className: "source" }, ` ${status ? `Status ${status}. ` : ""}Words of ${source}.`));
}

function showRecipes(all) {
  const tabs = find(".tabs");
  tab = Math.min(tab, all.length - 1);
  tabs.replaceChildren(...all.map((recipe, place) => {
    const button = element("button", { type: "button", id: `tab-${place}`, textContent: recipe.name, tabIndex: place === tab ? 0 : -1 });
    button.setAttribute("role", "tab");
    button.setAttribute("aria-controls", "recipe");
    button.setAttribute("aria-selected", String(place === tab));
    button.addEventListener("click", () => open(place));
    return button;
  }));
  const open = (place) => { tab = place; showRecipes(all); find(`#tab-${place}`).focus(); };
  tabs.onkeydown = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) open((tab + step + all.length) % all.length);
  };
  find("#recipe").setAttribute("aria-labelledby", `tab-${tab}`);
  find(".recipe code").textContent = all[tab].code;
  find(".tried").replaceChildren();
  find(".try").hidden = all[tab].addresses.length === 0;
  find(".try").onclick = () => tryAll(all[tab].addresses);
}

async function tryAll(urls) {
  const list = find(".tried");
  list.replaceChildren();
  for (const url of urls) {
    const { words, blob } = await ask(url);
    list.append(element("li", { className: words ? "bad" : "" }, `${url.slice(site.length)} – ${words || `allowed, ${bytes(blob.size)}`}`));
  }
}

async function copy(button, text) {
  await navigator.clipboard.writeText(text);
  button.classList.add("done");
  say("Copied.");
  setTimeout(() => button.classList.remove("done"), 1500);
}

function offer(name) {
  const button = element("button", { type: "button", value: name, title: name });
  if (about.local) {
    const thumbnail = element("img", { alt: "", width: 72, height: 54, src: address("72x54@2x,fit=cover,frame=1", name) });
    thumbnail.onerror = () => thumbnail.remove();
    button.append(thumbnail);
  }
  button.append(element("span", { textContent: name }));
  button.addEventListener("click", () => { key.value = name; changed(); });
  return button;
}

async function take(file) {
  if (!file) return;
  say(`Uploading ${file.name} …`);
  try {
    await upload(file);
  } catch (failure) {
    return refuse(`${file.name}: ${failure.message}`, "S3");
  }
  document.querySelector(`.samples button[value="${CSS.escape(file.name)}"]`)?.remove();
  find(".samples").prepend(offer(file.name));
  whole = undefined;
  key.value = file.name;
  changed();
}

function acceptFiles() {
  find(".drop").hidden = false;
  find("#files").addEventListener("change", (event) => take(event.target.files[0]));
  for (const name of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(name, (event) => {
      event.preventDefault();
      document.body.classList.toggle("over", name === "dragover");
      if (name === "drop") take(event.dataTransfer.files[0]);
    });
  }
}

function start() {
  find(".options").append(...controls.map((each) => each.row));
  find(".samples").append(...about.keys.map(offer));
  if (about.local) acceptFiles();
  else find(".before h3").textContent = "Without options";
  form.addEventListener("input", changed);
  key.addEventListener("input", changed);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", (event) => { event.preventDefault(); choose(FIRST, key.value); changed(); });
  find("#shrink").addEventListener("input", (event) => find(".pair").classList.toggle("shrunk", event.target.checked));
  find(".address .copy").addEventListener("click", (event) => copy(event.currentTarget, find(".url").href));
  find(".recipe .copy").addEventListener("click", (event) => copy(event.currentTarget, find(".recipe code").textContent));
  window.addEventListener("hashchange", follow);
  follow();
}

// The part of this page's own address behind "#" is the picture that is chosen.
function follow() {
  const linked = location.hash.length > 1 ? parts(site + location.hash.slice(1)) : { variant: FIRST, key: about.keys[0] || "" };
  choose(linked.variant, linked.key);
  changed();
}

start();
