// The library page: brings the grid to life, and again whenever new results are swapped in.

import "./image/walks.js";
import "./library/acts.js";
import "./library/context.js";
import "./library/preview.js";
import "./library/search.js";
import "./library/show.js";
import { announce } from "./http.js";
import { chooseIn } from "./library/choosing.js";
import { Grid } from "./library/grid.js";
import * as fresh from "./library/fresh.js";
import * as panel from "./panel.js";
import * as place from "./library/place.js";
import * as recent from "./library/recent.js";
import { Scrub } from "./library/scrub.js";
import * as selection from "./library/selection.js";
import * as shape from "./library/shape.js";
import { choose, walkIn } from "./library/walk.js";

const scroller = document.getElementById("main");
let grid = null;
let scrub = null;
let isDue = false;

function begin() {
  grid?.close();
  grid = scrub = null;
  shape.reflect();
  panel.reflect();
  const results = document.getElementById("results");
  if (results) recent.note(results.dataset.querystring);
  if (!results?.querySelector("#grid")) return;
  grid = new Grid(results, scroller);
  place.restore(grid);
  walkIn(grid);
  chooseIn(grid);
  selection.watch(grid, results);
  arrange();
  grid.addEventListener("moved", moved);
  grid.addEventListener("refused", ({ detail }) => announce("toast", { text: detail, is_bad: true }));
  grid.addEventListener("emptied", () => window.htmx.ajax("GET", location.pathname + results.dataset.querystring, { target: "#results", swap: "outerHTML" }));
  fresh.watch(grid, results);
  moved();
  grid.ensure();
}

// Chosen images can be dragged onto a folder; from others a band is drawn.
scroller.addEventListener("pointerdown", ({ target, pointerType }) => {
  const tile = pointerType === "mouse" && target.closest(".grid .tile");
  if (!tile || document.querySelector(".shelf[data-arrange]")) return;
  tile.draggable = tile.ariaSelected === "true";
  if (tile.draggable) import("./library/drag.js");
}, true);

scroller.addEventListener("dragstart", ({ target }) => {
  if (target.closest(".tile[draggable=true]")) import("./library/drag.js").then(({ begin }) => begin(target.closest(".tile")));
});

// Only an album has an order of its own.
async function arrange() {
  if (!document.querySelector(".shelf[data-arrange]")) return;
  const { arrangeIn } = await import("./library/arrange.js");
  if (grid) arrangeIn(grid);
}

function moved() {
  place.note(grid);
  const first = grid.firstVisible();
  const block = first && grid.monthAt(first.tile);
  const now = document.getElementById("now");
  const isHeaded = grid.isHeadingVisible(block);
  const label = block && !isHeaded ? block.label : "";
  if (now.textContent !== label) now.textContent = label;
  if (block) scrub?.show(block.month);
}

scroller.addEventListener("scroll", () => {
  if (isDue || !grid) return;
  isDue = true;
  requestAnimationFrame(() => {
    isDue = false;
    grid?.scrolled();
  });
}, { passive: true });

// A band may begin wherever nothing else does; what draws it comes when a mouse is first pressed.
scroller.addEventListener("pointerdown", async (event) => {
  if (!grid || event.button || event.pointerType !== "mouse" || event.shiftKey) return;
  if (event.target.closest("[draggable=true], .meta, .scrub, button, input, .pill, .state")) return;
  let isHeld = true;
  document.addEventListener("pointerup", () => { isHeld = false; }, { once: true, capture: true });
  const { press } = await import("./library/band.js");
  if (grid) press(grid, event, () => isHeld);
});

// A picture is a link, which the browser would drag.
scroller.addEventListener("dragstart", (event) => {
  if (event.target.closest(".grid .tile:not([draggable=true])")) event.preventDefault();
});

shape.onChange(() => grid?.relayout());
addEventListener("pagehide", () => grid && place.write(grid));
addEventListener("resize", () => scrub?.place());

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target.id === "scrub" && grid) {
    scrub = new Scrub(detail.target, grid);
    moved();
  }
});

document.addEventListener("htmx:load", ({ target }) => {
  if (target.id === "results") {
    scroller.scrollTop = 0;
    begin();
    announce("library:changed");
  } else if (target.id === "tools") {
    shape.reflect();
    panel.reflect();
  }
});

scroller.addEventListener("click", (event) => {
  const tile = event.target.closest(".tile");
  if (!tile || event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  choose(tile);
  place.write(grid);
  document.dispatchEvent(new CustomEvent("image:open", { detail: { id: tile.dataset.id, url: tile.href } }));
});

document.addEventListener("images:curated", () => announce("library:changed"));

// More has changed than was told one by one, or other images belong here now.
document.addEventListener("library:stale", () => {
  announce("library:changed");
  grid?.refresh();
  const count = document.getElementById("count");
  if (count) window.htmx.ajax("GET", count.getAttribute("hx-get"), { target: count, swap: "innerHTML" });
});

document.addEventListener("palette:open", ({ detail }) => {
  if (grid) detail.add(import("./library/palette.js").then(({ entries }) => entries()));
});

document.addEventListener("tile:chosen", ({ detail }) => panel.follow(detail.url));

document.addEventListener("image:closed", async ({ detail }) => {
  if (!grid) return;
  if (!grid.find(detail.id)) await grid.jump({ image: detail.id });
  const tile = grid.find(detail.id);
  if (!tile) return;
  choose(tile);
  grid.reveal(tile);
  tile.focus({ preventScroll: true });
});

begin();
if (matchMedia("(any-pointer: coarse)").matches) import("./library/touch.js");
