// What menus and the palette offer for images: the server's actions, and what only a page can do.

import { write } from "../clipboard.js";
import { announce, failureOf, get } from "../http.js";
import { actions, isOn, named, perform, tilesOf } from "./acts.js";
import { toggle } from "./choosing.js";
import * as selection from "./selection.js";

const home = document.getElementById("frame").dataset.home;
const COPIED = [
  ["prompt", "Prompt", "text-quote"], ["negative", "Negative prompt", "ban"], ["seed", "Seed", "hash"],
  ["parameters", "Parameters", "clipboard"], ["path", "Path", "folder-open"],
];
const TITLES = { mark: "", albums: "Albums", tags: "Tags", texts: "Note and prompts", files: "File" };
const OFF = { favourite: "Not a favourite", nsfw: "Not NSFW", deletion: "Restore from deletion" };
const ON = { deletion: "Mark for deletion" };
const NO_LONGER = 3; // so many of a group stand in the menu itself

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
    { id: "open", title: "Open", icon: "maximize", keys: ["Enter"], run: open },
    { id: "folder", title: "Open its folder", icon: "folder-open", keys: [], run: () => location.assign(`${home}images/${tile.dataset.id}/folder/`) },
    { id: "select", title: isChosen ? "Take out of the selection" : "Select", icon: "square-check", keys: ["Space"], run: () => toggle(tile) },
  ];
}

function grouped(about) {
  const tiles = tilesOf(about), groups = new Map();
  for (const one of actions) {
    if (!groups.has(one.group)) groups.set(one.group, []);
    const title = one.control === "switch" ? (isOn(one.name, tiles) ? OFF : ON)[one.name] ?? one.title : one.title;
    groups.get(one.group).push({
      id: one.name, title: one.control === "form" ? `${title}…` : title, icon: one.icon, keys: one.keys.slice(0, 1),
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

function looking(about) {
  const query = document.getElementById("results")?.dataset.querystring ?? "";
  const entries = [];
  const ids = selection.listed();
  if (about.isSelection && ids && ids.size >= 2 && ids.size <= 4) {
    entries.push({ id: "compare", title: "Compare", icon: "columns-2", keys: [], run: () => location.assign(`${home}compare/?ids=${[...ids].join(",")}`) });
  }
  const params = new URLSearchParams(query);
  if (about.isSelection) params.set("selection", selection.token());
  else params.set("image", about.id);
  entries.push({ id: "slideshow", title: "Slideshow", icon: "monitor-play", keys: [], run: () => location.assign(`${home}slideshow/?${params}`) });
  return entries;
}

const selecting = () => [
  { id: "select-all", title: "Select the whole result", icon: "check-check", keys: ["Ctrl+A"], run: () => selection.all() },
  ...(selection.count() ? [
    { id: "select-invert", title: "Invert the selection", icon: "contrast", keys: ["Ctrl+I"], run: () => selection.invert() },
    { id: "select-clear", title: "Clear the selection", icon: "x", keys: ["Esc"], run: () => selection.clear() },
  ] : []),
];
