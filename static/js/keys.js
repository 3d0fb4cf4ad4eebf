// The one register of keys: modules add theirs, the help lists them all, a person may change them.

import { BY_ID } from "./keys/catalogue.js";
import { chordOf, isModifier, withoutShift } from "./keys/chords.js";
import { isChanged, keysOf } from "./keys/kept.js";
import "./keys/marks.js";

const groups = [];
const noDialog = () => !document.querySelector("dialog[open]");

// Each entry: `id` (its line in keys/catalogue.js says the rest), or itself `keys` (as chords.js writes
// them), `shown` for people and `does` in a few words; and `run(event, slot)`, which may return false
// to let others have the key. `event.key` is the usual key also where the person took another one.
// `whileTyping` has it work in fields too. A group holds while `isActive()`; the last one registered
// with the highest `priority` is asked first. Returns what takes the entries away again.
export function register(title, entries, { isActive = noDialog, priority = 0 } = {}) {
  const known = entries.map((entry) => ({ ...BY_ID.get(entry.id), ...entry }));
  let group = groups.find((one) => one.title === title && one.priority === priority);
  if (!group) {
    group = { title, entries: [], isActive, priority };
    groups.push(group);
    groups.sort((a, b) => b.priority - a.priority);
  }
  group.entries.push(...known);
  return () => {
    group.entries = group.entries.filter((entry) => !known.includes(entry));
    if (!group.entries.length) groups.splice(groups.indexOf(group), 1);
  };
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || isModifier(event)) return;
  const chord = chordOf(event), isInField = isTyping(event.target);
  const active = groups.filter((group) => group.isActive());
  for (const wanted of new Set([chord, withoutShift(chord)])) {
    for (const { entries } of active) {
      for (const entry of entries) {
        const slot = entry.run && (!isInField || entry.whileTyping) ? keysOf(entry).indexOf(wanted) : -1;
        if (slot < 0 || entry.run(asUsual(event, entry, slot), slot) === false) continue;
        event.preventDefault();
        return;
      }
    }
  }
});

function asUsual(event, entry, slot) {
  if (!isChanged(entry.id)) return event;
  const key = entry.keys[slot].replace(/^(?:(?:Ctrl|Alt|Shift)\+)+/, "");
  return new Proxy(event, {
    get(target, name) {
      if (name === "key") return key;
      const value = target[name];
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

export function isTyping(element) {
  return element instanceof HTMLElement
    && (element.isContentEditable || element.matches("textarea, select, input:not([type=range], [type=checkbox], [type=radio])"));
}

export async function showHelp() {
  const { showHelp: show } = await import("./keys/help.js");
  show(groups);
}

register("Everywhere", [{ id: "help", run: showHelp }], { isActive: () => !document.querySelector("#help[open], dialog[data-modal][open]"), priority: -1 });

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-help]")) showHelp();
  const dialog = event.target;
  if (dialog instanceof HTMLDialogElement && dialog.id === "help") dialog.close(); // its backdrop
});
