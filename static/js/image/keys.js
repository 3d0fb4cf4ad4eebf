// What the keys do while an image is shown. A dialog hides them from the register's own listener, so
// the lightbox listens by itself and the register only lists them.

import { isTyping, register, showHelp } from "../keys.js";
import { playKeys } from "./video.js";

export function registerForPage(viewer) {
  register("Image", entries(viewer));
}

export function listenInDialog(dialog, viewer) {
  const mine = entries(viewer);
  register("Lightbox", mine.map(({ run, ...shown }) => shown));
  document.addEventListener("keydown", (event) => {
    if (!dialog.open || document.querySelector("dialog:modal:not(.lightbox)")) return;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const entry = mine.find((one) => one.keys.includes(key));
    if (entry) {
      if (entry.run(event) === false) return;
    } else if (key === "?") showHelp();
    else return;
    event.preventDefault();
  });
}

function entries(viewer) {
  return [
    { keys: ["ArrowRight", "PageDown"], shown: ["→"], does: "Next image", run: () => viewer.step("next") },
    { keys: ["ArrowLeft", "PageUp"], shown: ["←"], does: "Previous image", run: () => viewer.step("previous") },
    { keys: ["Escape"], shown: ["Esc"], does: "Back to the library", run: () => viewer.close() },
    { keys: ["+", "="], shown: ["+"], does: "Zoom in", run: () => viewer.zoom.in() },
    { keys: ["-"], shown: ["-"], does: "Zoom out", run: () => viewer.zoom.out() },
    { keys: ["z"], shown: ["Z"], does: "100 %, and back", run: () => viewer.zoom.toggleActual() },
    { keys: ["i"], shown: ["I"], does: "Details", run: () => viewer.toggleDetails() },
    { keys: ["t"], shown: ["T"], does: "Filmstrip", run: () => viewer.toggleStrip() },
    { keys: ["b"], shown: ["B"], does: "Show or blur what is NSFW", run: () => viewer.toggleReveal() },
    {
      keys: ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"], shown: ["1", "…", "9", "0"],
      does: "Rate, 0 is ten; again to clear", run: ({ key }) => viewer.say("rating", Number(key) || 10),
    },
    { keys: ["f"], shown: ["F"], does: "Favourite", run: () => viewer.say("favourite") },
    { keys: ["n"], shown: ["N"], does: "NSFW", run: () => viewer.say("nsfw") },
    ...playKeys(viewer),
    { keys: ["x", "Delete"], shown: ["X"], does: "Mark for deletion", run: () => viewer.say("deletion") },
  ];
}
