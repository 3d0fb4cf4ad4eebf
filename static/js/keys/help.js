// The dialog that lists the keys: those that hold here and now first.

import { shownAs } from "./chords.js";
import { isChanged, areSinglesOff, keysOf } from "./kept.js";

export function showHelp(groups) {
  const dialog = document.getElementById("help");
  const now = groups.filter((group) => group.isActive()), others = groups.filter((group) => !now.includes(group));
  dialog.querySelector(".help-body").replaceChildren(...[...now, ...others].map(section));
  if (!dialog.open) dialog.showModal();
}

function section({ title, entries }) {
  const element = document.createElement("section");
  const list = document.createElement("dl");
  for (const entry of entries) {
    const does = document.createElement("dt"), shown = document.createElement("dd");
    does.textContent = entry.does;
    shown.append(...labels(entry).map((key) => Object.assign(document.createElement("kbd"), { textContent: key })));
    list.append(does, shown);
  }
  element.append(Object.assign(document.createElement("h2"), { textContent: title }), list);
  return element;
}

export function labels(entry) {
  const keys = keysOf(entry).filter(Boolean);
  if (!keys.length) return ["off"];
  if (entry.shown && !isChanged(entry.id) && !areSinglesOff()) return entry.shown;
  return keys.map(shownAs);
}
