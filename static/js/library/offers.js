// What menus and the palette offer for images: the server's actions, and what only a page can do.

import { write } from "../clipboard.js";
import { announce, failureOf, get } from "../http.js";
import { begin, urlOf } from "../image/walks.js";
import { BY_ID } from "../keys/catalogue.js";
import { shownAs } from "../keys/chords.js";
import { keysOf as kept } from "../keys/kept.js";
import { actions, isOn, named, perform, tilesOf } from "./acts.js";
import { toggle } from "./choosing.js";
import * as selection from "./selection.js";

const home = document.getElementById("frame").dataset.home;
const COPIED = [
  ["prompt", "Prompt", "text-quote"], ["negative", "Negative prompt", "ban"], ["seed", "Seed", "hash"],
  ["parameters", "Parameters", "clipboard"], ["path", "Path", "folder-open"],
];
const TITLES = { mark: "", albums: "Albums", tags: "Tags", meaning: "", texts: "Note and prompts", stacks: "Stacks", files: "File" };
const OFF = { favourite: "Not a favourite", nsfw: "Not NSFW", deletion: "Restore from deletion" };
const ON = { deletion: "Mark for deletion" };
const MOST_COMPARED = 4;
const NO_LONGER = 3; // so many of a group stand in the menu itself

// The first key that does it, as people read it; none where the person wants none.
function keysOf(id) {
  const entry = BY_ID.get(id) ?? actions.find(({ name, keys }) => name === id && keys.length);
  const first = entry && kept({ id, ...entry }).find(Boolean);
  return first ? [shownAs(first)] : [];
}

// Groups {name, title, icon?, entries: [{id, title, icon, keys, run, control?}]} for what `about` tells.
export function offersFor(about) {
  return [
    { name: "open", title: "", entries: opening(about) },
    ...grouped(about),
    { name: "copy", title: "Copy", icon: "copy", isFolded: true, entries: copying(about) },
    { name: "look", title: "", entries: looking(about) },
    { name: "select", title: "Select", entries: selecting(about) },
  ].filter(({ entries }) => entries.length);
}

function opening({ isSelection, tile }) {
  if (isSelection) return [];
  const open = () => document.dispatchEvent(new CustomEvent("image:open", { detail: { id: tile.dataset.id, url: tile.href } }));
  const isChosen = tile.ariaSelected === "true";
  return [
    { id: "open", title: "Open", icon: "maximize", keys: keysOf("open"), run: open },
    { id: "folder", title: "Show in its folder", icon: "folder", keys: [], run: () => location.assign(`${home}images/${tile.dataset.id}/folder/`) },
    { id: "select", title: isChosen ? "Take out of the selection" : "Select", icon: "square-check", keys: keysOf("select"), run: () => toggle(tile) },
  ];
}

function grouped(about) {
  const tiles = tilesOf(about), groups = new Map();
  for (const one of actions) {
    if (!groups.has(one.group)) groups.set(one.group, []);
    const title = one.control === "switch" ? (isOn(one.name, tiles) ? OFF : ON)[one.name] ?? one.title : one.title;
    groups.get(one.group).push({
      id: one.name, title: one.control === "form" ? `${title}…` : title, icon: one.icon, keys: keysOf(one.name),
      control: one.control, isOn: one.control === "switch" && isOn(one.name, tiles),
      run: (value) => perform(one.name, about, value),
    });
  }
  return [...groups].map(([name, entries]) => ({
    name, title: TITLES[name] ?? name, icon: entries[0].icon, isFolded: name !== "mark" && entries.length >= NO_LONGER, entries,
  }));
}

const copying = (about) => COPIED.map(([what, title, icon]) => ({
  id: `copy-${what}`, title, longTitle: `Copy ${title.toLowerCase()}`, icon, keys: [], run: () => copy(what, about),
}));

async function copy(what, about) {
  try {
    const query = new URLSearchParams(await named(about));
    const { text, said } = JSON.parse(await get(`${home}texts/${what}/?${query}`));
    const isDone = !text || await write(text);
    announce("toast", { text: isDone ? said : "The browser did not allow copying." });
  } catch (error) {
    announce("toast", failureOf(error, "Nothing was copied."));
  }
}

// What goes through images one after the other; of the selection, or from the image in focus on.
function looking({ isSelection, count }) {
  const entries = [
    { id: "cull", title: "Cull", icon: "thumbs-up", keys: keysOf("cull"), run: () => begin("cull") },
    { id: "slideshow", title: "Slideshow", icon: "monitor-play", keys: keysOf("slideshow"), run: () => begin("slideshow") },
  ];
  if (!isSelection || count < 2 || count > MOST_COMPARED) return entries;
  return [{ id: "compare", title: "Compare", icon: "columns-2", keys: [], run: () => location.assign(urlOf("compare")) }, ...entries];
}

const selecting = () => [
  { id: "select-all", title: "Select the whole result", icon: "check-check", keys: keysOf("select-all"), run: () => selection.all() },
  ...(selection.count() ? [
    { id: "select-invert", title: "Invert the selection", icon: "contrast", keys: keysOf("select-invert"), run: () => selection.invert() },
    { id: "select-clear", title: "Clear the selection", icon: "x", keys: keysOf("select-clear"), run: () => selection.clear() },
  ] : []),
];
