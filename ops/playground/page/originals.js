// The originals to choose from: those that the page offers, and on a local site those that are dropped on it.

import { about, address } from "./address.js";
import { element } from "./controls.js";
import { upload } from "./upload.js";

const THUMBNAIL = "72x54@2x,fit=cover,frame=1";
const list = document.querySelector(".samples");

// `choose` is called with the key that is chosen.
export function offerAll(choose) {
  list.append(...about.keys.map((key) => offer(key, choose)));
}

export function mark(key) {
  for (const button of list.children) button.ariaPressed = String(button.value === key);
}

function offer(key, choose) {
  const button = element("button", { type: "button", value: key, title: key });
  if (about.local) button.append(thumbnail(key));
  button.append(element("span", {}, key));
  button.addEventListener("click", () => choose(key));
  return button;
}

function thumbnail(key) {
  const image = element("img", { alt: "", width: 72, height: 54, src: address(THUMBNAIL, key) });
  image.onerror = () => image.remove();
  return image;
}

// `say` and `refuse` are told how the upload goes.
export function takeDropped({ choose, say, refuse }) {
  const take = (files) => files[0] && put(files[0], { choose, say, refuse });
  document.querySelector(".drop").hidden = false;
  document.querySelector("#files").addEventListener("change", (event) => take(event.target.files));
  for (const name of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(name, (event) => {
      event.preventDefault();
      document.body.classList.toggle("over", name === "dragover");
      if (name === "drop") take(event.dataTransfer.files);
    });
  }
}

async function put(file, { choose, say, refuse }) {
  say(`Uploading ${file.name} …`);
  try {
    await upload(file);
  } catch (failure) {
    refuse(`${file.name}: ${failure.message}`, "S3");
    return;
  }
  [...list.children].find((button) => button.value === file.name)?.remove();
  list.prepend(offer(file.name, choose));
  choose(file.name, { isNew: true });
}
