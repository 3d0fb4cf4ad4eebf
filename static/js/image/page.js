// The image's own page: the same viewer inside the frame.

import "./copy.js";
import { registerKeys } from "./keys.js";
import { Viewer } from "./viewer.js";

const article = document.querySelector("[data-viewer]");
const viewer = new Viewer(article.parentElement, {
  isLightbox: false,
  onStart: start,
  onClose: (shown) => location.assign(shown.querySelector("[data-close]").href),
});
viewer.show(article);
viewer.focusStage();
registerKeys(viewer);

// Culling and the slideshow fill the screen: the lightbox over this page, which then follows.
async function start(mode, shown) {
  const { openLightbox } = await import("./lightbox.js");
  openLightbox(shown.dataset.url, { push: false, mode });
}

document.addEventListener("image:closed", ({ detail }) => {
  if (detail.id !== Number(viewer.article.dataset.id)) viewer.visit(detail.url);
  viewer.focusStage();
});

const asked = { "#cull": "cull", "#slideshow": "slideshow" }[location.hash];
if (asked) {
  history.replaceState(history.state, "", location.pathname + location.search);
  start(asked, article);
}
