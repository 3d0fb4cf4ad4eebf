// The lightbox: an image over the library, under the image's own address; Back and Esc close it.

import { announce } from "../http.js";
import "./copy.js";
import { registerKeys } from "./keys.js";
import { load } from "./loader.js";
import { Viewer } from "./viewer.js";

let dialog = null;
let viewer = null;
let libraryTitle = "";

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-open-image]");
  if (!link || dialog?.open || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  openLightbox(link.getAttribute("href"));
});

// Before everyone else: coming back to the library must find it as it was, not load it again.
addEventListener("popstate", (event) => {
  const isImage = Boolean(event.state?.lightbox);
  if (isImage === Boolean(dialog?.open)) return;
  event.stopImmediatePropagation();
  if (isImage) openLightbox(location.pathname + location.search, { push: false });
  else finish();
}, { capture: true });

// With `mode` it begins at once.
export async function openLightbox(url, { push = true, mode = null } = {}) {
  if (dialog?.open) return;
  let article;
  try {
    article = await load(url);
  } catch (error) {
    announce("toast", { text: error.message, is_bad: true });
    return;
  }
  if (dialog?.open) return;
  make();
  libraryTitle = document.title;
  dialog.showModal();
  viewer.show(article);
  viewer.focusStage();
  if (push) history.pushState({ lightbox: true }, "", article.dataset.url);
  if (mode) viewer.start(mode);
}

function make() {
  if (dialog) return;
  dialog = document.createElement("dialog");
  dialog.className = "lightbox";
  dialog.setAttribute("aria-label", "Image");
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    close();
  });
  document.body.append(dialog);
  viewer = new Viewer(dialog, { isLightbox: true, onClose: close });
  registerKeys(viewer, dialog);
}

function close() {
  if (history.state?.lightbox) history.back();
  else finish();
}

function finish() {
  viewer.end();
  const { id, url } = viewer.article.dataset;
  viewer.video?.pause();
  dialog.close();
  document.title = libraryTitle;
  announce("image:closed", { id: Number(id), url });
}
