// Choosing keys: press a key's button, then the new key. Two that get in each other's way are told.

import { CATALOGUE } from "../keys/catalogue.js";
import { ariaOf, chordOf, isModifier, isSingle, shownAs } from "../keys/chords.js";
import { areSinglesOff, choose, isChanged, reset, switchSingles, writtenKeysOf } from "../keys/kept.js";

const MANY = 5; // keys that have a line of their own
let host, told, waiting = null;

export function showKeys(page) {
  host = page.querySelector("[data-keys]");
  told = page.querySelector("[data-keys-told]");
  const singles = page.querySelector("[data-singles]");
  singles.checked = !areSinglesOff();
  singles.addEventListener("change", () => {
    switchSingles(singles.checked);
    say(singles.checked ? "Single keys count" : "Single keys are off");
  });
  page.querySelector("[data-reset-keys]").addEventListener("click", () => {
    reset();
    say("The usual keys again");
  });
  host.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-slot]"), undo = target.closest("[data-reset]");
    if (button) capture(button);
    else if (undo) {
      reset(undo.dataset.reset);
      host.querySelector(`[data-slot][data-id="${undo.dataset.reset}"]`)?.focus();
    }
  });
  // Before the register hears it.
  document.addEventListener("keydown", pressed, true);
  document.addEventListener("pointerdown", ({ target }) => { if (waiting && !target.closest("[data-slot]")) stop(); });
  document.addEventListener("keys:changed", draw);
  draw();
}

function capture(button) {
  const same = waiting?.id === button.dataset.id && waiting?.slot === Number(button.dataset.slot);
  stop();
  if (same) return;
  waiting = { id: button.dataset.id, slot: Number(button.dataset.slot) };
  const now = find(waiting);
  now.classList.add("is-waiting");
  now.textContent = "Press a key";
  told.textContent = "Press the new key. Escape leaves it, Backspace takes it away.";
}

function stop() {
  if (!waiting) return;
  waiting = null;
  draw();
}

const find = ({ id, slot }) => host.querySelector(`[data-id="${id}"][data-slot="${slot}"]`);
const entries = () => CATALOGUE.flatMap(({ group, where, entries: some }) => some.map((entry) => ({ ...entry, group, where })));

function pressed(event) {
  if (!waiting || isModifier(event)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const place = waiting;
  const entry = entries().find(({ id }) => id === place.id);
  waiting = null;
  if (event.key === "Escape" || event.key === "Tab") draw();
  else {
    const chord = event.key === "Backspace" ? "" : chordOf(event);
    choose(entry, place.slot, chord);
    const [clash] = clashesOf(entry);
    say(clash ? `${shownAs(chord)} is also: ${clash.does}` : `${entry.does}: ${chord ? shownAs(chord) : "no key"}`);
  }
  find(place)?.focus();
}

// Others that have one of its keys on a page where both hold.
function clashesOf(entry) {
  const mine = new Set(writtenKeysOf(entry).filter(Boolean));
  return entries().filter((other) => other.id !== entry.id && other.goesBefore !== entry.id && entry.goesBefore !== other.id
    && other.where.some((page) => entry.where.includes(page))
    && writtenKeysOf(other).some((key) => mine.has(key)));
}

function draw() {
  host.replaceChildren(...CATALOGUE.map(({ group, where, entries: some }) => {
    const section = document.createElement("section");
    const title = Object.assign(document.createElement("h3"), { textContent: group });
    const list = document.createElement("dl");
    list.append(...some.map((entry) => line({ ...entry, where })));
    section.append(title, list);
    return section;
  }));
}

function line(entry) {
  const row = document.createElement("div");
  const does = Object.assign(document.createElement("dt"), { textContent: entry.does });
  const keys = document.createElement("dd");
  row.classList.toggle("is-wide", entry.keys.length > MANY);
  if (entry.isFixed) keys.append(...(entry.shown ?? entry.keys.map(shownAs)).map((key) => Object.assign(document.createElement("kbd"), { textContent: key })));
  else keys.append(...writtenKeysOf(entry).map((key, slot) => button(entry, key, slot)));
  if (isChanged(entry.id)) keys.append(undo(entry));
  row.append(does, keys);
  const clashes = entry.isFixed ? [] : clashesOf(entry);
  if (clashes.length) {
    const text = `Also: ${clashes.map((other) => `${other.does} (${other.group})`).join("; ")}`;
    row.append(Object.assign(document.createElement("dd"), { className: "clash", textContent: text }));
  }
  return row;
}

function button(entry, key, slot) {
  const element = Object.assign(document.createElement("button"), { type: "button", className: "key" });
  Object.assign(element.dataset, { id: entry.id, slot });
  element.textContent = key ? shownAs(key) : "none";
  element.classList.toggle("is-none", !key);
  element.classList.toggle("is-off", Boolean(key) && areSinglesOff() && isSingle(key));
  element.setAttribute("aria-label", `${entry.does}: ${key ? ariaOf(key) : "no key"}. Change`);
  return element;
}

function undo(entry) {
  const element = Object.assign(document.createElement("button"), { type: "button", className: "undo-key", title: "The usual key" });
  element.dataset.reset = entry.id;
  element.setAttribute("aria-label", `${entry.does}: the usual key again`);
  const sprite = document.querySelector("meta[name=icons]").content;
  element.innerHTML = `<svg class="icon" aria-hidden="true"><use href="${sprite}#rotate-ccw"></use></svg>`;
  return element;
}

function say(text) { told.textContent = text; }
