// Comparing: one zoom for all pictures, four ways to look, keys for the one that is chosen; duels.

import { choice } from "../choices.js";
import { announce, get, post } from "../http.js";
import { press, rove, showAct } from "../image/curate.js";
import { register } from "../keys.js";
import { reflect } from "../keys/marks.js";
import { Duel } from "./duel.js";
import { SharedZoom } from "./zoom.js";

const FLICKER_MS = 650;
const modes = document.querySelector("[data-modes]");
const frame = document.getElementById("frame");
let article, panes, zoom, duel, flicker = 0, view = "side", hasAllFacts = false;

function begin(fresh) {
  zoom?.end();
  clearInterval(flicker);
  article = fresh;
  panes = [...article.querySelectorAll("[data-pane]")];
  zoom = new SharedZoom(article, panes);
  article.querySelector("[data-all-facts]").checked = hasAllFacts;
  modes.hidden = panes.length < 2;
  article.querySelector("[data-slider]").hidden = false;
  activate(panes[0]);
  look(view);
  rove(article);
  reflect(article);
  duel = article.dataset.duel === undefined ? null : new Duel(article, { go, reject });
}

function activate(pane) {
  for (const one of panes) one.classList.toggle("is-active", one === pane);
}

const active = () => panes.findIndex((pane) => pane.classList.contains("is-active"));

function look(name) {
  view = panes.length < 2 ? "side" : name;
  article.dataset.view = view;
  for (const button of modes.querySelectorAll("[data-view]")) button.setAttribute("aria-pressed", String(button.dataset.view === view));
  clearInterval(flicker);
  see(0);
  if (view === "flicker" && !matchMedia("(prefers-reduced-motion: reduce)").matches) flicker = setInterval(() => see((seen() + 1) % panes.length), FLICKER_MS);
  zoom.refit();
}

const seen = () => panes.findIndex((pane) => pane.classList.contains("is-seen"));

function see(index) {
  panes.forEach((pane, number) => pane.classList.toggle("is-seen", number === index));
}

// The picture before or after; where they flicker, by hand from now on.
function choose({ key }) {
  const by = key === "ArrowRight" ? 1 : -1;
  if (duel?.choose(by)) return;
  if (view === "slider") {
    slide(Number(article.querySelector("[data-slider]").value) + by * 4);
    return;
  }
  const next = (active() + by + panes.length) % panes.length;
  activate(panes[next]);
  panes[next].focus({ preventScroll: true });
  if (view === "flicker") {
    clearInterval(flicker);
    see(next);
  }
}

function slide(value) {
  const slider = article.querySelector("[data-slider]");
  slider.value = value;
  article.style.setProperty("--seen", `${slider.value}%`);
}

// Acts go to the chosen picture; its controls stand below, under its letter.
function say(act, number) {
  const controls = article.querySelector(`[data-controls][data-id="${panes[active()].dataset.id}"]`);
  press(controls.parentElement, act, number);
}

async function reject(id) {
  if (choice("losers") !== "reject") return;
  const controls = article.querySelector(`[data-controls][data-id="${id}"]`);
  const { action } = controls.querySelector("[data-act=deletion]");
  showAct(controls.parentElement, "deletion", "1");
  try {
    await post(action, { value: "1" });
  } catch (error) {
    announce("toast", { text: error.status ? error.message : "The server did not answer: the loser was not marked.", is_bad: true });
  }
}

async function go(url, { push = true } = {}) {
  const page = new DOMParser().parseFromString(await get(url), "text/html");
  const fresh = document.adoptNode(page.querySelector("[data-compare]"));
  hasAllFacts = article.querySelector("[data-all-facts]").checked;
  article.replaceWith(fresh);
  window.htmx?.process(fresh);
  if (push) history.pushState({}, "", url);
  begin(fresh);
}

document.addEventListener("images:curated", ({ detail }) => {
  for (const state of detail.images) {
    const pane = article.querySelector(`[data-pane][data-id="${Number(state.id)}"]`);
    pane?.toggleAttribute("data-nsfw", state.is_nsfw);
    pane?.toggleAttribute("data-deletion", state.is_for_deletion);
  }
});

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-view]");
  if (button?.closest("[data-modes]")) look(button.dataset.view);
  const pane = target.closest("[data-pane]");
  if (pane) activate(pane);
});
document.addEventListener("focusin", ({ target }) => {
  const pane = target.closest?.("[data-pane]");
  if (pane) activate(pane);
});
document.addEventListener("input", ({ target }) => { if (target.matches("[data-slider]")) slide(target.value); });
addEventListener("popstate", () => {
  if (new URLSearchParams(location.search).get("duel")) go(location.href, { push: false }).catch(() => location.reload());
});

register("Compare", [
  { id: "compare-side", run: () => look("side") },
  { id: "compare-slider", run: () => look("slider") },
  { id: "compare-flicker", run: () => look("flicker") },
  { id: "compare-difference", run: () => look("difference") },
  { id: "compare-choose", run: (event) => (event.target.matches("input, [role=radio]") ? false : void choose(event)) },
  { id: "compare-skip", run: () => (duel ? duel.skip() : false) },
  { id: "compare-back", run: () => (duel ? void history.back() : false) },
  { id: "compare-all", run: () => article.querySelector("[data-all-facts]").click() },
  { id: "zoom-in", run: () => zoom.in() },
  { id: "zoom-out", run: () => zoom.out() },
  { id: "zoom-actual", run: () => zoom.toggleActual() },
  { id: "rate", run: ({ key }) => say("rating", Number(key) || 10) },
  { id: "favourite", run: () => say("favourite") },
  { id: "nsfw", run: () => say("nsfw") },
  { id: "deletion", run: () => say("deletion") },
  { id: "reveal", run: () => void frame.classList.toggle("is-revealed") },
]);

begin(document.querySelector("[data-compare]"));
