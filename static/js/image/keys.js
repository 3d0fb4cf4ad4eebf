// What the keys do while an image is shown: in the lightbox, which is a dialog, and on its own page.

import { register } from "../keys.js";
import { askOf } from "./asking.js";
import { playKeys } from "./video.js";

const noOther = () => !document.querySelector("dialog[open]:not(.lightbox)");

// `dialog` is the lightbox, or null on the image's page.
export function registerKeys(viewer, dialog = null) {
  const isActive = () => noOther() && (!dialog || dialog.open);
  viewer.isListening = isActive;
  register(dialog ? "Lightbox" : "Image", entries(viewer), { isActive, priority: dialog ? 1 : 0 });
}

function entries(viewer) {
  return [
    { id: "next-image", run: () => viewer.step("next") },
    { id: "previous-image", run: () => viewer.step("previous") },
    { id: "close", run: () => viewer.close() },
    { id: "zoom-in", run: () => viewer.zoom.in() },
    { id: "zoom-out", run: () => viewer.zoom.out() },
    { id: "zoom-actual", run: () => viewer.zoom.toggleActual() },
    { id: "details", run: () => viewer.toggleDetails() },
    { id: "filmstrip", run: () => viewer.toggleStrip() },
    { id: "reveal", run: () => viewer.toggleReveal() },
    { id: "rate", run: ({ key }) => viewer.say("rating", Number(key) || 10) },
    { id: "favourite", run: () => viewer.say("favourite") },
    { id: "nsfw", run: () => viewer.say("nsfw") },
    { id: "deletion", run: () => viewer.say("deletion") },
    ...playKeys(viewer),
    ...["add-tags", "add-to-album", "edit-prompt"].map((id) => ({ id, run: () => askOf(viewer.article, id) })),
    { id: "siblings", run: () => viewer.article.querySelector(".details [data-key=siblings]")?.click() },
    ...["more-like", "region"].map((id) => ({ id, run: () => viewer.article.querySelector(`.viewer-tools [data-key=${id}]`)?.click() })),
    { id: "cull", run: () => void viewer.start("cull") },
    { id: "slideshow", run: () => void viewer.start("slideshow") },
  ];
}
