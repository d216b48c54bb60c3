// What the site's log says of each picture stands below it; files that are dropped are uploaded to the emulator's S3.

import { upload } from "./playground/upload.js";

const form = document.querySelector("form");
const status = form.querySelector("output");
const photos = document.querySelector("main");

async function tell(image) {
  const said = image.closest("figure").querySelector("figcaption span");
  const view = await (await fetch("view?path=" + encodeURIComponent(new URL(image.src).pathname))).json();
  const came = !view.words && image.naturalWidth > 0;  // a refusal may be drawn as a picture of its words
  said.classList.toggle("bad", !came);
  const size = came ? `${image.naturalWidth} × ${image.naturalHeight} px` : view.words || "no picture came";
  said.textContent = [size, view.text, view.took].filter(Boolean).join(" · ");
}

function watch(root) {
  for (const image of root.querySelectorAll("img")) {
    image.complete && image.currentSrc ? tell(image) : (image.onload = image.onerror = () => tell(image));
  }
}

async function show(key) {
  const html = await (await fetch("photo?key=" + encodeURIComponent(key))).text();
  photos.querySelector(`[data-key="${CSS.escape(key)}"]`)?.remove();
  photos.insertAdjacentHTML("afterbegin", html);
  watch(photos.firstElementChild);
}

async function take(files) {
  const failed = [];
  for (const file of files) {
    status.value = `Uploading ${file.name} …`;
    try {
      await upload(file);
      await show(file.name);
    } catch (failure) {
      failed.push(`${file.name}: ${failure.message}`);
    }
  }
  status.classList.toggle("bad", failed.length > 0);
  status.value = failed.join("; ") || `Uploaded: ${[...files].map((file) => file.name).join(", ")}`;
}

for (const name of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    event.preventDefault();
    form.classList.toggle("over", name === "dragover");
    if (name === "drop") take(event.dataTransfer.files);
  });
}
form.querySelector("input").addEventListener("change", (event) => take(event.target.files));
watch(document);
