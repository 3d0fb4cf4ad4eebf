// The map by the keyboard, while the map has the focus.

import { register } from "../keys.js";

const STEP_PX = 60, GROWTH = 1.25;

// `acts`: move, zoom, fit, aim(factor), choose, open, clear, take(tool).
export function bind(canvas, acts) {
  const isActive = () => document.activeElement === canvas;
  const moves = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  register("Map", [
    { keys: Object.keys(moves), shown: ["←", "→", "↑", "↓"], does: "Move below the cross-hair", run: ({ key }) => acts.move(...moves[key].map((part) => part * STEP_PX)) },
    { keys: ["+", "="], shown: ["+"], does: "Zoom in", run: () => acts.zoom(1.5) },
    { keys: ["-"], does: "Zoom out", run: () => acts.zoom(1 / 1.5) },
    { keys: ["0", "Home"], shown: ["0"], does: "Show all", run: () => acts.fit() },
    { keys: ["]"], does: "A larger circle", run: () => acts.aim(GROWTH) },
    { keys: ["["], does: "A smaller circle", run: () => acts.aim(1 / GROWTH) },
    { keys: ["Enter"], does: "Choose what lies in the circle; again to show it", run: () => acts.choose(false) },
    { keys: ["Shift+Enter"], does: "Choose that too", run: () => acts.choose(true) },
    { keys: ["o"], does: "Open the picture at the cross-hair", run: () => acts.open() },
    { keys: ["Escape"], does: "Choose nothing", run: () => acts.clear() },
    { keys: ["h"], does: "Move with the mouse", run: () => acts.take("pan") },
    { keys: ["l"], does: "Lasso", run: () => acts.take("lasso") },
    { keys: ["r"], does: "Rectangle", run: () => acts.take("rectangle") },
  ], { isActive, priority: 5 });
}
