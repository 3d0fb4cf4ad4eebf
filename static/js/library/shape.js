// Justified or square, and how large: kept in this browser, as it fits this screen.

import { register } from "../keys.js";

const HEIGHTS = [88, 120, 160, 216, 280, 360, 460];
const DEFAULT_SIZE = 4;
const listeners = [];

const read = (name) => { try { return localStorage.getItem(name); } catch { return null; } };
const write = (name, value) => { try { localStorage.setItem(name, value); } catch { /* private mode: for this visit only */ } };

let size = Number(read("dtk_size")) || DEFAULT_SIZE;
let isSquare = read("dtk_shape") === "square";

// For a grid `width` pixels wide; a narrow screen has smaller rows, so that two or three fit.
export function shapeFor(width) {
  const target = HEIGHTS[size - 1] * Math.min(1, 0.44 + width / 1900);
  return { square: isSquare, target: Math.round(target), width: Math.floor(width) };
}

export const onChange = (listener) => listeners.push(listener);

function set(changes) {
  size = Math.min(HEIGHTS.length, Math.max(1, changes.size ?? size));
  isSquare = changes.isSquare ?? isSquare;
  write("dtk_size", size);
  write("dtk_shape", isSquare ? "square" : "justified");
  reflect();
  for (const listener of listeners) listener();
}

export function reflect() {
  const slider = document.getElementById("size");
  if (slider) slider.value = size;
  for (const button of document.querySelectorAll("[data-shape]")) button.ariaPressed = String(isSquare);
}

document.addEventListener("input", (event) => {
  if (event.target.id === "size") set({ size: Number(event.target.value) });
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-shape]")) set({ isSquare: !isSquare });
});

register("Library", [
  { id: "square", run: () => set({ isSquare: !isSquare }) },
  { id: "larger", run: () => set({ size: size + 1 }) },
  { id: "smaller", run: () => set({ size: size - 1 }) },
]);
