// Ctrl+K: what one can do and where one can go, found by a few of its letters.

import { fit } from "./fuzzy.js";
import { announce, failureOf, get } from "./http.js";
import { icon } from "./icons.js";
import { showHelp } from "./keys.js";
import { recent } from "./library/recent.js";
import { turn } from "./undo.js";

const REST_MS = 90, MOST = 40, MOST_AT_FIRST = 9;
const home = document.getElementById("frame")?.dataset.home;

const EVERYWHERE = [
  { title: "Undo", icon: "undo-2", keys: ["Ctrl+Z"], run: () => turn("undo") },
  { title: "Do again", icon: "redo-2", keys: ["Ctrl+Y"], run: () => turn("redo") },
  { title: "Keys", icon: "keyboard", keys: ["?"], run: showHelp },
  { title: "Dark or light", icon: "sun-moon", keys: [], run: () => document.querySelector("[data-theme-toggle]").click() },
  { title: "Scan now", icon: "refresh-cw", keys: [], run: () => document.querySelector(".folders form button").click() },
].map((one) => ({ group: "Commands", ...one }));

let dialog, input, list, from = null, commands = [], places = [], shown = [], at = 0, timer = 0;

export async function open() {
  if (dialog?.open) return dialog.close();
  make();
  from = document.activeElement;
  input.value = "";
  commands = [];
  places = [];
  dialog.showModal();
  draw();
  // Each page adds what it has by `detail.add(promise of entries)`.
  const asked = [];
  document.dispatchEvent(new CustomEvent("palette:open", { detail: { add: (entries) => asked.push(entries) } }));
  commands = [...(await Promise.all(asked)).flat(), ...(home ? EVERYWHERE : [])];
  draw();
  look();
}

function make() {
  if (dialog) return;
  dialog = Object.assign(document.createElement("dialog"), { className: "palette", ariaLabel: "Commands" });
  const box = Object.assign(document.createElement("label"), { className: "palette-field" });
  input = Object.assign(document.createElement("input"), {
    type: "text", placeholder: "A command, an album, a tag, a folder", autocomplete: "off", spellcheck: false, role: "combobox",
    ariaLabel: "Command", ariaExpanded: "true", ariaAutoComplete: "list", enterKeyHint: "go",
  });
  input.setAttribute("aria-controls", "palette-list");
  list = Object.assign(document.createElement("ul"), { id: "palette-list", className: "palette-list", role: "listbox", ariaLabel: "Commands" });
  box.append(icon("search"), input, Object.assign(document.createElement("kbd"), { textContent: "Esc" }));
  dialog.append(box, list);
  document.body.append(dialog);
  input.addEventListener("input", () => {
    at = 0;
    draw();
    clearTimeout(timer);
    timer = setTimeout(look, REST_MS);
  });
  input.addEventListener("keydown", steer);
  list.addEventListener("click", ({ target }) => {
    const option = target.closest("[role=option]");
    if (option) choose(Number(option.dataset.index));
  });
  list.addEventListener("pointermove", ({ target }) => {
    const option = target.closest("[role=option]");
    if (option && Number(option.dataset.index) !== at) mark(Number(option.dataset.index));
  });
  dialog.addEventListener("click", ({ target }) => { if (target === dialog) dialog.close(); });
  dialog.addEventListener("close", () => from?.isConnected && from.focus({ preventScroll: true }));
}

async function look() {
  if (!home || !dialog.open) return;
  const q = input.value.trim();
  try {
    const { entries } = JSON.parse(await get(`${home}palette/?${new URLSearchParams({ q })}`));
    if (q !== input.value.trim()) return;
    const known = places.filter((one) => one.isPlace), urls = new Set(known.map(({ url }) => url));
    if (q) places = [...known, ...entries.filter(({ url }) => !urls.has(url))];
    else places = entries.map((one) => ({ ...one, isPlace: true }));
    draw();
  } catch (error) {
    announce("toast", failureOf(error, ""));
  }
}

function found() {
  const letters = input.value.trim();
  const searches = recent().map(({ words, url }) => ({ group: "Recent searches", title: words, icon: "clock", url }));
  const all = [...commands, ...places, ...searches];
  if (!letters) {
    const first = (group) => all.filter((one) => one.group === group && !one.isQuiet).slice(0, MOST_AT_FIRST);
    return [...new Set(all.map(({ group }) => group))].flatMap(first);
  }
  const scored = all.map((one) => ({ one, score: Math.max(fit(letters, one.title), 0.6 * fit(letters, one.detail ?? "")) }));
  return scored.filter(({ score }) => score > 0).sort((a, b) => b.score - a.score).slice(0, MOST).map(({ one }) => one);
}

function draw() {
  shown = found();
  at = Math.min(at, Math.max(0, shown.length - 1));
  const isRanked = input.value.trim() !== "";
  let group = "";
  const rows = [];
  shown.forEach((one, index) => {
    if (!isRanked && one.group !== group) {
      group = one.group;
      rows.push(Object.assign(document.createElement("li"), { className: "palette-group", role: "presentation", textContent: group }));
    }
    rows.push(row(one, index, isRanked));
  });
  if (!rows.length) rows.push(Object.assign(document.createElement("li"), { className: "palette-none", role: "presentation", textContent: "Nothing here is called that." }));
  list.replaceChildren(...rows);
  mark(at);
}

function row(one, index, isRanked) {
  const option = Object.assign(document.createElement("li"), { role: "option", id: `palette-${index}` });
  option.dataset.index = index;
  const title = Object.assign(document.createElement("span"), { textContent: one.title });
  option.append(icon(one.icon), title);
  const detail = one.detail || (isRanked ? one.group : "");
  if (detail) option.append(Object.assign(document.createElement("small"), { textContent: detail }));
  const keys = (one.keys ?? []).map((key) => Object.assign(document.createElement("kbd"), { ariaHidden: "true", textContent: key }));
  if (keys.length) option.append(...keys);
  return option;
}

function mark(index) {
  at = index;
  for (const option of list.querySelectorAll("[role=option]")) {
    const is = Number(option.dataset.index) === at;
    option.ariaSelected = String(is);
    if (is) {
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    }
  }
}

function steer(event) {
  const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
  if (by && shown.length) mark(Math.abs(by) > 1 ? Math.min(shown.length - 1, Math.max(0, at + by)) : (at + by + shown.length) % shown.length);
  else if (event.key === "Enter") choose(at);
  else return;
  event.preventDefault();
}

function choose(index) {
  const one = shown[index];
  if (!one) return;
  dialog.close();
  if (one.url) location.assign(one.url);
  else one.run();
}
