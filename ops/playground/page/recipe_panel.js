// The tabs with code to copy, and what the site says of the addresses in it.

import { site } from "./address.js";
import { ask } from "./asking.js";
import { element } from "./controls.js";
import { bytes } from "./pictures.js";

const STEPS = { ArrowRight: 1, ArrowLeft: -1 };
const panel = document.querySelector(".recipes");
const tabs = panel.querySelector(".tabs");
const tried = panel.querySelector(".tried");

let recipes = [];
let chosen = 0;

export function show(all) {
  recipes = all;
  open(Math.min(chosen, all.length - 1));
}

export function code() {
  return panel.querySelector("code").textContent;
}

function open(place) {
  chosen = place;
  tabs.replaceChildren(...recipes.map(tab));
  panel.querySelector("#recipe").setAttribute("aria-labelledby", `tab-${place}`);
  panel.querySelector("code").textContent = recipes[place].code;
  panel.querySelector(".try").hidden = recipes[place].addresses.length === 0;
  tried.replaceChildren();
}

function tab(recipe, place) {
  const isChosen = place === chosen;
  const button = element("button", { type: "button", id: `tab-${place}`, tabIndex: isChosen ? 0 : -1 }, recipe.name);
  button.setAttribute("role", "tab");
  button.setAttribute("aria-controls", "recipe");
  button.setAttribute("aria-selected", String(isChosen));
  button.addEventListener("click", () => move(place));
  return button;
}

function move(place) {
  open(place);
  tabs.children[place].focus();
}

async function tryAll() {
  tried.replaceChildren();
  for (const url of recipes[chosen].addresses) {
    const { words, blob } = await ask(url);
    const verdict = words || `allowed, ${bytes(blob.size)}`;
    tried.append(element("li", { className: words ? "bad" : "" }, `${url.slice(site.length)} – ${verdict}`));
  }
}

tabs.addEventListener("keydown", (event) => {
  if (event.key in STEPS) move((chosen + STEPS[event.key] + recipes.length) % recipes.length);
});
panel.querySelector(".try").addEventListener("click", tryAll);
