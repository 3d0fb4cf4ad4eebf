// What this browser's person chose of keys: others than the usual ones, and whether single signs count.

import { isSingle } from "./chords.js";

const KEYS = "dtk_keys", SINGLE = "dtk_single_keys";

const read = (name) => { try { return localStorage.getItem(name); } catch { return null; } };
const write = (name, value) => {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
  } catch { /* private mode: for this page only */ }
};

let chosen = load();
let isOff = read(SINGLE) === "off";

function load() {
  try {
    const kept = JSON.parse(read(KEYS) ?? "{}");
    const pairs = Object.entries(kept).filter(([, keys]) => Array.isArray(keys) && keys.every((key) => typeof key === "string"));
    return new Map(pairs);
  } catch {
    return new Map(); // whatever it was, the usual keys work
  }
}

export const areSinglesOff = () => isOff;
export const isChanged = (id) => chosen.has(id);
export const anyChanged = () => isOff || chosen.size > 0;

// A key for each of the entry's usual ones; "" where the person wants none.
export function keysOf(entry) {
  const keys = (entry.id && chosen.get(entry.id)) || entry.keys;
  return isOff ? keys.map((key) => (key && isSingle(key) ? "" : key)) : keys;
}

// Also where single signs are off: what stands there.
export const writtenKeysOf = (entry) => chosen.get(entry.id) ?? entry.keys;

export function choose(entry, slot, key) {
  const keys = [...writtenKeysOf(entry)];
  keys[slot] = key;
  if (keys.every((one, index) => one === entry.keys[index])) chosen.delete(entry.id);
  else chosen.set(entry.id, keys);
  keep();
}

export function reset(id) {
  if (id) chosen.delete(id);
  else chosen.clear();
  keep();
}

export function switchSingles(isOn) {
  isOff = !isOn;
  write(SINGLE, isOff ? "off" : null);
  announce();
}

function keep() {
  write(KEYS, chosen.size ? JSON.stringify(Object.fromEntries(chosen)) : null);
  announce();
}

const announce = () => document.dispatchEvent(new CustomEvent("keys:changed"));

addEventListener("storage", ({ key }) => {
  if (key !== KEYS && key !== SINGLE) return;
  chosen = load();
  isOff = read(SINGLE) === "off";
  announce();
});
