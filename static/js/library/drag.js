// Images dragged onto a folder of the tree: the form that moves them there, filled in.

import { ask } from "../dialogs.js";
import * as selection from "./selection.js";

const OPENS_AFTER_MS = 700;
const home = document.getElementById("frame").dataset.home;
let dragged = null, over = null, timer = 0;

// What is chosen where the tile is among it, else the tile alone.
export function begin(tile) {
  dragged = tile;
}

const rowAt = ({ target }) => dragged && target.closest?.(".folders li[data-folder]");

document.addEventListener("dragover", (event) => {
  const row = rowAt(event);
  if (row !== over) mark(row);
  if (!row) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = "move";
});

document.addEventListener("drop", async (event) => {
  const row = rowAt(event);
  if (!row) return;
  event.preventDefault();
  const tile = dragged;
  end();
  const params = new URLSearchParams({ folder: row.dataset.folder, ...await named(tile) });
  ask({ href: `${home}acts/move/?${params}` }, tile);
});

document.addEventListener("dragend", end);

async function named(tile) {
  if (!selection.count() || tile.ariaSelected !== "true") return { ids: tile.dataset.id };
  await selection.settled();
  return { selection: selection.token() };
}

// The row's own line; a closed folder opens after a moment.
function mark(row) {
  clearTimeout(timer);
  if (over) lineOf(over).classList.remove("is-target");
  over = row;
  if (!row) return;
  lineOf(row).classList.add("is-target");
  const details = row.querySelector(":scope > details");
  if (details && !details.open) timer = setTimeout(() => { details.open = true; }, OPENS_AFTER_MS);
}

const lineOf = (row) => row.querySelector(":scope > details > summary, :scope > .folder-leaf");

function end() {
  mark(null);
  dragged = null;
}
