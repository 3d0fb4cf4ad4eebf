// Rating, favourite, NSFW and deletion from the grid: shown at once, taken back if refused.

import { announce, post } from "../http.js";
import { register } from "../keys.js";
import { currentTile } from "./walk.js";

const FIELDS = { rating: "rating", favourite: "is_favourite", nsfw: "is_nsfw", deletion: "is_for_deletion" };
const queues = new Map(); // one act of an image after the other

document.addEventListener("images:curated", ({ detail }) => {
  for (const state of detail.images) {
    const tile = document.querySelector(`.tile[data-id="${Number(state.id)}"]`);
    if (!tile) continue;
    for (const [act, field] of Object.entries(FIELDS)) show(tile, act, state[field]);
  }
});

document.addEventListener("click", (event) => {
  const heart = event.target.closest(".tile [data-act]");
  if (!heart) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  flip(heart.closest(".tile"), "favourite");
}, { capture: true });

function flip(tile, act) { say(tile, act, tile.dataset[act] === undefined); }

function say(tile, act, value) {
  const before = act === "rating" ? tile.dataset.rating : tile.dataset[act] !== undefined;
  const { pathname } = new URL(tile.href);
  const sent = value === true ? "1" : value === false ? "0" : (value ?? "");
  show(tile, act, value);
  const send = async () => {
    try {
      await post(`${pathname}${act}/`, { value: sent });
    } catch (error) {
      show(tile, act, before);
      announce("toast", { text: error.status ? error.message : "The server did not answer. Nothing was changed.", is_bad: true });
    }
  };
  queues.set(pathname, (queues.get(pathname) ?? Promise.resolve()).then(send));
}

function show(tile, act, value) {
  if (act === "rating") tile.querySelector(".rated").textContent = value || "";
  if (value) tile.dataset[act] = act === "rating" ? value : "";
  else delete tile.dataset[act];
}

function rate({ key }) {
  const tile = currentTile(), value = key === "0" ? "10" : key;
  if (!tile) return false;
  say(tile, "rating", tile.dataset.rating === value ? "" : value);
}

const flipCurrent = (act) => () => (currentTile() ? void flip(currentTile(), act) : false);

register("Chosen image", [
  { id: "rate", run: rate },
  { id: "favourite", run: flipCurrent("favourite") },
  { id: "nsfw", run: flipCurrent("nsfw") },
  { id: "deletion", run: flipCurrent("deletion") },
]);

register("Library", [{
  id: "reveal",
  run: () => { document.getElementById("frame").classList.toggle("is-revealed"); },
}]);
