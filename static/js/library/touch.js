// A long press begins to choose; without lifting the finger it goes on over what it is drawn across.

import { extend, toggle } from "./choosing.js";

const PRESS_MS = 420, SLIP_PX = 10, EDGE_PX = 72, FASTEST_PX = 18;
const scroller = document.getElementById("main");
let press = null; // {x, y, tile, timer} until it is long enough
let drag = null; // {x, y, last, frame} while it chooses

scroller.addEventListener("touchstart", (event) => {
  drop();
  const tile = event.target.closest?.(".grid .tile");
  if (!tile || event.touches.length > 1) return;
  const { clientX: x, clientY: y } = event.touches[0];
  press = { x, y, tile, timer: setTimeout(begin, PRESS_MS) };
}, { passive: true });

// Not passive: once it chooses, the list must not scroll under the finger.
scroller.addEventListener("touchmove", (event) => {
  const { clientX: x, clientY: y } = event.touches[0];
  if (press && Math.hypot(x - press.x, y - press.y) > SLIP_PX) drop();
  if (!drag) return;
  event.preventDefault();
  Object.assign(drag, { x, y });
  reach();
}, { passive: false });

for (const name of ["touchend", "touchcancel"]) {
  scroller.addEventListener(name, (event) => {
    if (drag && event.cancelable) event.preventDefault(); // no click after it
    drop();
  }, { passive: false });
}

scroller.addEventListener("contextmenu", (event) => { if (press || drag) event.preventDefault(); });
scroller.addEventListener("scroll", () => { if (press) drop(); }, { passive: true });

function begin() {
  const { x, y, tile } = press;
  press = null;
  drag = { x, y, last: tile, frame: requestAnimationFrame(roll) };
  navigator.vibrate?.(12);
  toggle(tile);
}

function reach() {
  const tile = document.elementFromPoint(drag.x, drag.y)?.closest(".grid .tile");
  if (!tile || tile === drag.last) return;
  drag.last = tile;
  extend(tile);
}

function roll() {
  if (!drag) return;
  const { top, bottom } = scroller.getBoundingClientRect();
  const by = drag.y < top + EDGE_PX ? drag.y - top - EDGE_PX : drag.y > bottom - EDGE_PX ? drag.y - bottom + EDGE_PX : 0;
  if (by) {
    scroller.scrollTop += Math.sign(by) * Math.min(FASTEST_PX, Math.abs(by) / 3);
    reach();
  }
  drag.frame = requestAnimationFrame(roll);
}

function drop() {
  clearTimeout(press?.timer);
  if (drag) cancelAnimationFrame(drag.frame);
  press = drag = null;
}
