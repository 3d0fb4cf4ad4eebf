// What can be done to images: the server's register, done to the selection if there is one, else to
// the image that has the focus. Shown at once, taken back if refused.

import { announce, failureOf, post } from "../http.js";
import { BY_ID } from "../keys/catalogue.js";
import { register } from "../keys.js";
import * as selection from "./selection.js";
import { currentTile } from "./walk.js";

const FIELDS = { rate: "rating", favourite: "favourite", nsfw: "nsfw", deletion: "deletion" }; // a tile's data
const STATES = { rating: "rating", favourite: "is_favourite", nsfw: "is_nsfw", deletion: "is_for_deletion" };
let queue = Promise.resolve(); // one act after the other

const block = document.getElementById("actions");
export const actions = block ? JSON.parse(block.dataset.register) : [];
export const action = (name) => actions.find((one) => one.name === name);

// {count, tile?, ids?, isSelection}: what an act is about.
export function target() {
  if (selection.count()) return { count: selection.count(), isSelection: true };
  const tile = currentTile();
  return tile ? ofTile(tile) : null;
}

export const ofTile = (tile) => ({ count: 1, tile, id: tile.dataset.id, isSelection: false });

// The parameters that name it to the server, once it knows the selection.
export async function named({ isSelection, id }) {
  if (!isSelection) return { ids: id };
  await selection.settled();
  return { selection: selection.token() };
}

export function tilesOf({ isSelection, tile }) {
  return isSelection ? [...document.querySelectorAll(".grid .tile[aria-selected=true]")] : [tile];
}

// Whether all of them that one can see have the mark.
export const isOn = (name, tiles) => tiles.length > 0 && tiles.every((tile) => tile.dataset[FIELDS[name]] !== undefined);
export const ratingOf = (tiles) => {
  const ratings = new Set(tiles.map((tile) => tile.dataset.rating ?? ""));
  return ratings.size === 1 ? [...ratings][0] : "";
};

// A switch is turned, the same rating again clears it, a form is asked for first.
export async function perform(name, about = target(), value = "") {
  const known = action(name);
  if (!known || !about) return;
  if (known.control === "form") return ask(known, about);
  const tiles = tilesOf(about);
  if (known.control === "switch") value = isOn(name, tiles) ? "0" : "1";
  else if (known.control === "rating" && ratingOf(tiles) === value) value = "";
  const field = FIELDS[name], before = new Map(tiles.map((tile) => [tile, tile.dataset[field]]));
  if (field) for (const tile of tiles) show(tile, field, known.control === "switch" ? value === "1" : value);
  queue = queue.then(async () => {
    try {
      await post(known.url, { ...await named(about), value, here: location.search });
    } catch (error) {
      announce("toast", failureOf(error));
      if (field) for (const [tile, old] of before) show(tile, field, field === "rating" ? old : old !== undefined);
    }
  });
  await queue;
}

async function ask({ url }, about) {
  const from = document.activeElement;
  document.addEventListener("keydown", hush, true);
  try {
    const [{ ask: open }, asked] = await Promise.all([import("../dialogs.js"), named(about), import("../forms.js")]);
    await open({ href: `${url}?${new URLSearchParams(asked)}` }, from);
  } finally {
    document.removeEventListener("keydown", hush, true);
  }
}

// What is typed before the form has come is meant for it, and must not be taken for other acts.
function hush(event) {
  if (event.key !== "Escape") event.stopImmediatePropagation();
}

function show(tile, field, value) {
  if (field === "rating") tile.querySelector(".rated").textContent = value || "";
  if (value) tile.dataset[field] = field === "rating" ? value : "";
  else delete tile.dataset[field];
}

document.addEventListener("images:curated", ({ detail }) => {
  for (const state of detail.images) {
    const tile = document.querySelector(`.grid .tile[data-id="${Number(state.id)}"]`);
    if (!tile) continue;
    for (const [field, name] of Object.entries(STATES)) show(tile, field, state[name]);
  }
});

document.addEventListener("tile:hearted", ({ detail }) => perform("favourite", ofTile(detail)));

document.addEventListener("click", ({ target: clicked }) => {
  const name = clicked.closest?.("#selection [data-action]")?.dataset.action;
  if (name && action(name).control !== "rating") perform(name);
});

// What was just chosen is meant, also where the server has not said yet what that is.
const byKey = ({ control, name }) => ({ key }) => {
  if (document.activeElement?.closest(".panel, .rail, .bar")) return false;
  const act = () => {
    const about = target();
    return about ? void perform(name, about, control === "rating" ? (key === "0" ? "10" : key) : "") : false;
  };
  return selection.isAsking() ? void selection.settled().then(act) : act();
};

register("Images", actions.map((one) => ({ id: one.name, keys: one.keys, does: one.title, ...BY_ID.get(one.name), run: byKey(one) })).filter(({ keys }) => keys.length));

register("Library", [{
  id: "reveal",
  run: () => { document.getElementById("frame").classList.toggle("is-revealed"); },
}]);
