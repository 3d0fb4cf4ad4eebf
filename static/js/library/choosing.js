// Choosing images by click, by key and over a stretch; what is chosen is in selection.js.

import { register } from "../keys.js";
import * as selection from "./selection.js";
import { focus } from "./walk.js";

const CHECK_PX = 38, HEART_PX = 38;
let grid = null;
let anchor = null; // where a stretch begins: {id, cursor, before, range}
let lastPointer = "mouse";

export function chooseIn(newGrid) {
  grid = newGrid;
  anchor = null;
}

export function toggle(tile) {
  selection.toggle(tile.dataset.id);
  begin(tile);
}

// From where the last choice was made to `tile`, whatever lies between, loaded or not.
export function extend(tile) {
  if (!anchor) return toggle(tile);
  const ids = between(anchor.id, tile.dataset.id);
  if (!ids) {
    selection.stretch(anchor.cursor, tile.dataset.cursor);
    anchor.range = [];
  } else {
    const kept = new Set(ids);
    const gone = anchor.range.filter((id) => !kept.has(id) && !anchor.before?.has(id));
    if (gone.length) selection.remove(gone);
    const come = ids.filter((id) => !selection.isChosen(id));
    if (come.length) selection.add(come);
    anchor.range = ids;
  }
  anchor.last = tile.dataset.id;
}

function begin({ dataset: { id, cursor } }) {
  const before = selection.listed();
  anchor = { id, cursor, before: before && new Set(before), range: [id], last: id };
}

function between(from, to) {
  const ids = grid.tiles.map(({ dataset }) => dataset.id), a = ids.indexOf(from), b = ids.indexOf(to);
  return a < 0 || b < 0 ? null : ids.slice(Math.min(a, b), Math.max(a, b) + 1);
}

// Which corner of a tile the mouse is on.
function cornerAt({ clientX, clientY }, tile) {
  const { left, right, top } = tile.getBoundingClientRect();
  if (clientY - top > CHECK_PX) return "";
  if (clientX - left < CHECK_PX) return "check";
  return right - clientX < HEART_PX ? "heart" : "";
}

document.addEventListener("pointerdown", ({ pointerType }) => { lastPointer = pointerType; }, true);

document.addEventListener("click", (event) => {
  const tile = event.target.closest(".grid .tile");
  if (!tile || !grid || event.button || event.altKey) return;
  const isMouse = event.detail > 0 && lastPointer === "mouse";
  const corner = isMouse ? cornerAt(event, tile) : "";
  const isTap = event.detail > 0 && lastPointer !== "mouse" && selection.count() > 0;
  if (event.shiftKey) extend(tile);
  else if (event.ctrlKey || event.metaKey || isTap || corner === "check") toggle(tile);
  else if (corner === "heart") document.dispatchEvent(new CustomEvent("tile:hearted", { detail: tile }));
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (isMouse) focus(tile);
}, true);

// Shift and a click would mark text.
document.addEventListener("mousedown", (event) => {
  if (event.shiftKey && event.target.closest(".grid .tile")) event.preventDefault();
});

let over = null;
document.addEventListener("pointermove", (event) => {
  const tile = event.pointerType === "mouse" ? event.target.closest?.(".grid .tile") : null;
  if (over && over !== tile) {
    over.classList.remove("is-on-check", "is-on-heart");
    over.removeAttribute("title");
  }
  over = tile;
  if (!tile) return;
  const corner = cornerAt(event, tile);
  tile.classList.toggle("is-on-check", corner === "check");
  tile.classList.toggle("is-on-heart", corner === "heart");
  const title = { check: "Select (Space)", heart: "Favourite (F)" }[corner] ?? "";
  if (tile.title !== title) tile.title = title;
}, { passive: true });

document.addEventListener("tile:reached", ({ detail: { tile, from } }) => {
  if (anchor?.last !== from.dataset.id) {
    begin(from);
    if (!selection.isChosen(from.dataset.id)) selection.add([from.dataset.id]);
  }
  extend(tile);
});

document.addEventListener("click", ({ target }) => {
  const way = target.closest?.("[data-select]")?.dataset.select;
  if (way) selection[way]();
});

const inGrid = (run) => () => (grid ? void run() : false);

register("Library", [
  { id: "select", run: () => {
    const tile = document.activeElement?.closest(".grid .tile");
    return tile ? void toggle(tile) : false;
  } },
  { id: "select-stretch" },
  { id: "select-all", run: inGrid(selection.all) },
  { id: "select-invert", run: inGrid(selection.invert) },
  { id: "select-clear", run: () => (grid && selection.count() && !document.querySelector(":popover-open") ? void selection.clear() : false) },
]);
