// The lightbox, and what the details panel needs, come when an image is first looked at.

import * as panel from "../panel.js";

const lightbox = () => import("../image/lightbox.js");

document.addEventListener("image:open", async ({ detail }) => {
  const { openLightbox } = await lightbox();
  openLightbox(detail.url);
});

// Before everyone else: coming back to the library must find it as it was, not load it again.
addEventListener("popstate", async (event) => {
  if (!event.state?.lightbox || document.querySelector("dialog.lightbox")) return;
  event.stopImmediatePropagation();
  const { openLightbox } = await lightbox();
  openLightbox(location.pathname + location.search, { push: false });
}, { capture: true });

document.addEventListener("htmx:load", async ({ target }) => {
  if (!document.getElementById("panel").contains(target) || !panel.isOpen()) return;
  const [, { rove }] = await Promise.all([import("../image/copy.js"), import("../image/curate.js")]);
  rove(target);
});
