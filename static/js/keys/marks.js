// Buttons that a key presses say so: `data-key` is the entry's id. The server writes the usual key
// into tooltip and aria-keyshortcuts; here those that the person changed.

import { BY_ID } from "./catalogue.js";
import { ariaOf, shownAs } from "./chords.js";
import { anyChanged, keysOf } from "./kept.js";

let wasChanged = false;

export function reflect(root = document) {
  if (!anyChanged() && !wasChanged) return;
  wasChanged = true;
  for (const element of root.querySelectorAll("[data-key]")) mark(element);
}

function mark(element) {
  const entry = BY_ID.get(element.dataset.key);
  if (!entry) return;
  const slots = element.dataset.keySlot ? [keysOf(entry)[element.dataset.keySlot]] : keysOf(entry);
  const keys = slots.filter(Boolean);
  if (keys.length) element.setAttribute("aria-keyshortcuts", keys.map(ariaOf).join(" "));
  else element.removeAttribute("aria-keyshortcuts");
  if (element.title) element.title = element.title.replace(/ \([^()]*\)$/, "") + (keys.length ? ` (${shownAs(keys[0])})` : "");
}

document.addEventListener("htmx:load", ({ target }) => reflect(target));
document.addEventListener("keys:changed", () => reflect());
reflect();
