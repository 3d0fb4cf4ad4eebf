// Opens the menu of acts: by right click, Shift+F10 or the menu key on a tile, by "More" and "Rate" in
// the bar. The menu itself comes when it is first asked for.

import { register } from "../keys.js";
import { target, ofTile } from "./acts.js";

const tileOf = (element) => element?.closest?.(".grid .tile");
// A tile of the selection stands for all of it, another one for itself.
const aboutOf = (tile) => (tile.ariaSelected === "true" ? target() : ofTile(tile));

async function open(about, place, options) {
  const { openMenu } = await import("./menu.js");
  openMenu(about, place, options);
}

function inside(tile) {
  const { left, top, width, height } = tile.getBoundingClientRect();
  return { x: left + Math.min(40, width / 2), y: top + Math.min(40, height / 2) };
}

document.addEventListener("contextmenu", (event) => {
  const tile = tileOf(event.target);
  if (!tile || event.defaultPrevented || event.shiftKey) return; // with Shift the browser's own
  event.preventDefault();
  if (event.pointerType === "touch") return; // a long press chooses
  const isByKey = event.button !== 2;
  open(aboutOf(tile), isByKey ? inside(tile) : { x: event.clientX, y: event.clientY }, { opener: tile });
});

register("Library", [{ id: "menu", run: ({ target: focused }) => {
  const tile = tileOf(focused);
  return tile ? void open(aboutOf(tile), inside(tile), { opener: tile }) : false;
} }]);

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("#selection [data-menu], #selection [aria-haspopup][data-action]");
  if (!button) return;
  const { left, top } = button.getBoundingClientRect();
  open(target(), { x: left, bottom: top - 8 }, { opener: button, only: button.dataset.action });
});
