// The grid is one stop of the Tab key; inside it arrows go by what one sees.

import { register } from "../keys.js";

let grid = null;
let current = null; // the id of the tile that Tab comes back to
let isLeading = false;

export function walkIn(newGrid) {
  grid = newGrid;
  current = null;
  isLeading = false;
  tend();
  grid.addEventListener("pages", tend);
}

export const currentTile = () => (current === null ? null : grid?.find(current)) ?? null;

// Marks `tile` as the current one, and tells whoever follows.
export function choose(tile) {
  const before = currentTile();
  if (before) {
    before.tabIndex = -1;
    delete before.dataset.current;
  }
  current = tile.dataset.id;
  tile.tabIndex = 0;
  tile.dataset.current = "";
  document.dispatchEvent(new CustomEvent("tile:chosen", { detail: { id: current, url: tile.href } }));
}

export function focus(tile) {
  choose(tile);
  grid.reveal(tile);
  tile.focus({ preventScroll: true });
}

function tend() {
  for (const tile of grid.tiles) {
    const isCurrent = tile.dataset.id === current;
    tile.tabIndex = isCurrent ? 0 : -1;
    if (isCurrent) tile.dataset.current = "";
  }
  if (!currentTile()) {
    const first = grid.firstVisible()?.tile ?? grid.tiles[0];
    if (first) first.tabIndex = 0;
  }
}

document.addEventListener("focusin", ({ target }) => {
  const tile = target.closest?.(".tile");
  if (tile && tile.dataset.id !== current) choose(tile);
});

// Where an arrow leads from `tile`, among the tiles there are.
function beside(tile, key) {
  const tiles = grid.tiles, index = tiles.indexOf(tile);
  if (key === "ArrowRight") return tiles[index + 1];
  if (key === "ArrowLeft") return tiles[index - 1];
  const from = grid.boxOf(tile), middle = from.left + from.width / 2;
  const step = key === "ArrowDown" ? 1 : -1;
  let best = null, bestGap = Infinity, rowTop = null;
  for (let i = index + step; tiles[i]; i += step) {
    const box = grid.boxOf(tiles[i]);
    if (box.top === from.top) continue;
    rowTop ??= box.top;
    if (box.top !== rowTop) break;
    const gap = middle < box.left ? box.left - middle : Math.max(0, middle - box.left - box.width);
    if (gap < bestGap) [best, bestGap] = [tiles[i], gap];
  }
  return best;
}

async function go(event) {
  if (!grid || isOther(event.target)) return;
  let tile = currentTile();
  if (!tile || (document.activeElement !== tile && !isVisible(tile))) tile = grid.firstVisible()?.tile;
  if (!tile) return;
  if (document.activeElement !== tile) return focus(tile);
  if (isLeading) return; // a page is on its way; the next key press finds it
  let next = beside(tile, event.key);
  if (!next) {
    isLeading = true;
    await grid.ensure();
    isLeading = false;
    next = beside(tile, event.key);
  }
  if (!next) return;
  focus(next);
  if (event.shiftKey) document.dispatchEvent(new CustomEvent("tile:reached", { detail: { tile: next, from: tile } }));
}

function page(event) {
  if (isOther(event.target)) return false;
  const scroller = document.getElementById("main");
  const by = (scroller.clientHeight - 96) * (event.key === "PageDown" ? 1 : -1);
  scroller.scrollBy({ top: by });
  requestAnimationFrame(() => {
    const first = grid.firstVisible()?.tile;
    if (first && document.activeElement?.matches(".tile, .grid")) {
      choose(first);
      first.focus({ preventScroll: true });
    }
  });
}

async function end(event) {
  if (isOther(event.target)) return false;
  const isEnd = event.key === "End";
  if (!isEnd && grid.isAtStart) return focus(grid.tiles.length ? await start() : null);
  await grid.jump(isEnd ? { direction: "previous" } : {});
  const tile = isEnd ? grid.tiles.at(-1) : grid.tiles[0];
  if (tile) focus(tile);
}

// The first page may have left the document; then it is asked for.
async function start() {
  if (!grid.isFirst(grid.tiles[0])) await grid.jump({});
  return grid.tiles[0];
}

function isVisible(tile) {
  const box = tile.getBoundingClientRect();
  return box.bottom > 0 && box.top < innerHeight;
}

// Arrows belong to menus, the timeline and sliders while these have the focus.
const isOther = (target) => target.closest("input, details.menu, .scrub, .panel, .rail") !== null;

const open = (event) => {
  const tile = document.activeElement?.closest(".tile") ?? null;
  if (!tile) return false;
  event.preventDefault();
  tile.click();
};

register("Library", [
  { id: "move",
    run: (event) => (!grid || isOther(event.target) ? false : void go(event)) },
  { id: "open", run: open },
  { id: "screen", run: (event) => (grid ? page(event) : false) },
  { id: "ends",
    run: (event) => (!grid || isOther(event.target) ? false : void end(event)) },
]);
