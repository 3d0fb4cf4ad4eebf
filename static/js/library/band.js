// A band drawn with the mouse chooses what it touches; near an edge of the view the list goes on.

import * as selection from "./selection.js";

const SLIP_PX = 6, EDGE_PX = 48, FASTEST_PX = 28;
const scroller = document.getElementById("main");
let grid = null, band = null;

// From where the mouse was pressed on; `isHeld` says whether it still is.
export function press(newGrid, event, isHeld) {
  drop();
  grid = newGrid;
  if (!isHeld() || event.clientX > scroller.getBoundingClientRect().left + scroller.clientWidth) return; // its scrollbar
  const keeps = event.ctrlKey || event.metaKey;
  band = { from: spot(event), event, keeps, isDrawn: false, chosen: new Set() };
  document.addEventListener("pointermove", move);
  document.addEventListener("pointerup", end, { once: true });
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !band?.isDrawn) return;
  event.stopPropagation();
  drop();
}, true);

// In the grid's own pixels, which stay while it scrolls.
function spot({ clientX, clientY }) {
  const box = grid.element.getBoundingClientRect();
  return { x: clientX - box.left, y: clientY - box.top };
}

function move(event) {
  band.event = event;
  const { x, y } = spot(event);
  if (!band.isDrawn) {
    if (Math.hypot(x - band.from.x, y - band.from.y) < SLIP_PX) return;
    begin();
  }
  draw();
}

function begin() {
  band.isDrawn = true;
  band.element = Object.assign(document.createElement("div"), { className: "band", ariaHidden: "true" });
  grid.element.append(band.element);
  getSelection().removeAllRanges();
  band.timer = requestAnimationFrame(roll);
}

function draw() {
  const { x, y } = spot(band.event), { from, element } = band;
  const box = { left: Math.min(x, from.x), right: Math.max(x, from.x), top: Math.min(y, from.y), bottom: Math.max(y, from.y) };
  element.style.cssText = `left:${box.left}px;top:${box.top}px;width:${box.right - box.left}px;height:${box.bottom - box.top}px`;
  const now = new Set();
  for (const tile of grid.within(box)) now.add(tile.dataset.id);
  for (const tile of grid.tiles) {
    const { id } = tile.dataset, is = now.has(id);
    if (is === band.chosen.has(id)) continue;
    if (is) band.chosen.add(id);
    else band.chosen.delete(id);
    tile.classList.toggle("is-banded", is);
  }
}

function roll() {
  if (!band?.isDrawn) return;
  const { top, bottom } = scroller.getBoundingClientRect(), y = band.event.clientY;
  const by = y < top + EDGE_PX ? y - top - EDGE_PX : y > bottom - EDGE_PX ? y - bottom + EDGE_PX : 0;
  if (by) {
    scroller.scrollTop += Math.sign(by) * Math.min(FASTEST_PX, Math.abs(by) / 2);
    draw();
  }
  band.timer = requestAnimationFrame(roll);
}

function end() {
  if (!band) return;
  const { isDrawn, keeps, chosen } = band;
  drop();
  if (!isDrawn) return;
  addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => removeEventListener("click", swallow, { capture: true }), 0);
  if (keeps || !selection.count()) {
    if (chosen.size) selection.add([...chosen]);
  } else selection.set([...chosen]);
}

// The click that ends the drag must not open what is below it.
function swallow(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

function drop() {
  document.removeEventListener("pointermove", move);
  if (!band) return;
  cancelAnimationFrame(band.timer);
  band.element?.remove();
  for (const tile of document.querySelectorAll(".tile.is-banded")) tile.classList.remove("is-banded");
  band = null;
}
