// The details panel: open or not is remembered; its content follows the current image.

import { remember } from "./cookies.js";
import { register } from "./keys.js";

const FOLLOW_MS = 120;
const frame = document.getElementById("frame");
const panel = document.getElementById("panel");
let current = null;
let timer = 0;

export const isOpen = () => frame.classList.contains("panel-open");

export function toggle() {
  frame.classList.toggle("panel-open");
  remember("dtk_panel", isOpen() ? "open" : "closed");
  reflect();
  load();
}

// `url` is the image's page; the panel is below it.
export function follow(url) {
  current = url;
  clearTimeout(timer);
  timer = setTimeout(load, FOLLOW_MS);
}

function load() {
  if (!current || !isOpen() || panel.dataset.shows === current) return;
  const { pathname, search } = new URL(current, location.href);
  panel.dataset.shows = current;
  window.htmx.ajax("GET", `${pathname}panel/${search}`, { target: panel, swap: "innerHTML" });
}

export function reflect() {
  for (const button of document.querySelectorAll("[data-panel-toggle]")) button.ariaPressed = String(isOpen());
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-panel-toggle]")) toggle();
});

if (document.querySelector("[data-panel-toggle]")) {
  register("Library", [{ id: "details", run: toggle }]);
}
