// The person's own order of an album: by dragging a tile between others, by buttons and by keys.

import { announce, post } from "../http.js";
import { register } from "../keys.js";
import { currentTile, focus } from "./walk.js";

const TYPE = "application/x-dtoolkit-arrange";
let grid = null;
let lifted = null;

const shelf = () => document.querySelector(".shelf[data-arrange]");

export function arrangeIn(newGrid) {
  grid = newGrid;
  if (!shelf()) return;
  lift();
  grid.addEventListener("pages", lift);
}

function lift() {
  for (const tile of grid.tiles) tile.draggable = true;
}

// What is selected, or the tile itself where it is not among it.
function values(tile) {
  const selection = document.getElementById("selection");
  const isSelected = tile?.ariaSelected === "true";
  if (selection && Number(selection.dataset.count) && (isSelected || !tile)) return { selection: selection.dataset.token };
  return tile ? { ids: tile.dataset.id } : null;
}

async function move(tile, to, near) {
  const sent = values(tile);
  if (!sent) {
    announce("toast", { text: "Choose an image first: walk to it with the arrow keys, or select it." });
    return;
  }
  if (near) sent.near = near;
  const shown = tile ?? currentTile();
  try {
    await post(shelf().dataset.arrange, { ...sent, to }, { silent: ["act:done"] });
  } catch (error) {
    announce("toast", { text: error.status ? error.message : "The server did not answer. Nothing was changed.", is_bad: true });
    return;
  }
  await show(shown?.dataset.id);
}

async function show(id) {
  await grid.jump(id ? { image: id } : {});
  const tile = id && grid.find(id);
  if (tile) focus(tile);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-move-to]");
  if (button && shelf()) move(currentTile(), button.dataset.moveTo);
});

// Undone, done again: the order is another one.
document.addEventListener("history:changed", () => {
  if (grid && shelf()) show(currentTile()?.dataset.id);
});

document.addEventListener("dragstart", (event) => {
  const tile = event.target.closest?.(".tile");
  if (!tile || !shelf()) return;
  lifted = tile;
  event.dataTransfer.setData(TYPE, tile.dataset.id);
  event.dataTransfer.effectAllowed = "copyMove";
  tile.classList.add("is-lifted");
});

document.addEventListener("dragover", (event) => {
  const tile = target(event);
  mark(tile, tile && side(tile, event));
  if (!tile) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = "move";
});

document.addEventListener("drop", (event) => {
  const tile = target(event);
  if (!tile) return;
  event.preventDefault();
  const moved = lifted, to = side(tile, event);
  down();
  move(moved, to, tile.dataset.id);
});

document.addEventListener("dragend", down);

function target(event) {
  const tile = lifted && event.target.closest?.(".tile");
  return tile && tile !== lifted ? tile : null;
}

function side(tile, { clientX }) {
  const box = tile.getBoundingClientRect();
  return clientX < box.left + box.width / 2 ? "before" : "behind";
}

function mark(tile, to) {
  for (const marked of document.querySelectorAll(".is-before, .is-behind")) marked.classList.remove("is-before", "is-behind");
  tile?.classList.add(`is-${to}`);
}

function down() {
  mark(null);
  lifted?.classList.remove("is-lifted");
  lifted = null;
}

const byKey = (places) => (event, slot) => {
  const tile = event.target.closest?.(".tile");
  if (!tile || !shelf()) return false;
  move(tile, places[slot]);
};

if (shelf()) {
  register("Album", [
    { keys: ["Ctrl+Shift+ArrowLeft", "Ctrl+Shift+ArrowRight"], shown: ["Ctrl+Shift+←", "→"], does: "Move earlier, later",
      run: byKey(["earlier", "later"]) },
    { keys: ["Ctrl+Shift+Home", "Ctrl+Shift+End"], shown: ["Ctrl+Shift+Home", "End"], does: "Move to the start, to the end",
      run: byKey(["start", "end"]) },
  ], { priority: 1 });
}
