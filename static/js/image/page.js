// The image's own page: the same viewer inside the frame.

import "./copy.js";
import { registerForPage } from "./keys.js";
import { Viewer } from "./viewer.js";

const article = document.querySelector("[data-viewer]");
const viewer = new Viewer(article.parentElement, {
  isLightbox: false,
  onClose: (shown) => location.assign(shown.querySelector("[data-close]").href),
});
viewer.show(article);
viewer.focusStage();
registerForPage(viewer);
