// What is chosen: held on the server under a token, so that it outlives paging, sorting and a reload;
// here it is marked on the tiles that there are.

import { announce, failureOf, get, parse, send } from "../http.js";
import { say } from "../said.js";

const KEPT = "dtk_selection";
const frame = document.getElementById("frame");
const url = `${frame.dataset.home}selection/`;
const nothing = { token: "", count: 0, isAll: false, listed: new Set(), isSame: true, newest: 0 };

let grid = null, querystring = "", state = nothing;
let queue = Promise.resolve(), waiting = 0;

export const count = () => state.count;
export const token = () => state.token;
// Once all that was clicked is known to the server.
export const settled = () => queue;
export const isAsking = () => waiting > 0;
// The single images that are chosen, or null where it is a result or a very long list.
export const listed = () => (state.isAll ? null : state.listed);

export function watch(newGrid, results) {
  grid = newGrid;
  querystring = results.dataset.querystring;
  grid.addEventListener("pages", ({ detail }) => mark(detail));
  if (!state.token) state = { ...nothing, token: kept() };
  if (state.token) change("show");
  else mark(grid.tiles);
}

export const add = (ids) => { guess(ids, true); return change("add", { ids }); };
export const remove = (ids) => { guess(ids, false); return change("remove", { ids }); };
export const set = (ids) => { guess([...state.listed], false); guess(ids, true); return change("set", { ids }); };
export const stretch = (from, to) => change("stretch", { from, to });
export const all = () => change("all");
export const stacks = () => change("stacks");
export const invert = () => change("invert");
export const clear = () => { guess(grid.tiles.map(({ dataset }) => dataset.id), false); return change("clear"); };

export function toggle(id) { return (isChosen(id) ? remove : add)([id]); }

// True, false, or undefined where only the server can tell.
export function isChosen(id) {
  const tile = grid?.find(id);
  if (tile) return tile.ariaSelected === "true";
  return known(id);
}

function known(id) {
  if (!state.count) return false;
  if (!state.listed) return undefined;
  if (!state.isAll) return state.listed.has(String(id));
  return state.isSame ? Number(id) <= state.newest && !state.listed.has(String(id)) : undefined;
}

// Shown at once; what the server says afterwards is right.
function guess(ids, isOn) {
  for (const id of ids) {
    const tile = grid.find(id);
    if (tile) tile.ariaSelected = String(isOn);
  }
  if (isOn && ids.length) frame.classList.add("is-selecting");
}

function change(op, values = {}) {
  waiting += 1;
  queue = queue.then(async () => {
    try {
      const sent = { ...values, op, token: state.token };
      if (sent.ids) sent.ids = sent.ids.join(",");
      const answer = await send(`${url}${querystring}`, sent);
      adopt(await answer.text());
    } catch (error) {
      const isGone = error.status === 404;
      if (isGone) keep({ ...nothing, listed: new Set() });
      if (!isGone || op !== "show") announce("toast", failureOf(error, "Select again."));
    } finally {
      waiting -= 1;
    }
    if (waiting) return; // what comes next says more
    reflect();
    await mark(grid.tiles);
  });
  return queue;
}

function adopt(html) {
  const bar = parse(html).querySelector(".selection"), { dataset } = bar;
  keep({
    token: dataset.token,
    count: Number(dataset.count),
    isAll: dataset.all === "1",
    isSame: dataset.same === "1",
    newest: Number(dataset.newest),
    listed: dataset.ids === undefined ? null : new Set(dataset.ids.split(",").filter(Boolean)),
    bar,
  });
}

async function mark(tiles) {
  const asked = [];
  for (const tile of tiles) {
    const is = known(tile.dataset.id);
    if (is === undefined) asked.push(tile);
    else show(tile, is);
  }
  if (!asked.length) return;
  const wanted = new URLSearchParams({ token: state.token, ids: asked.map(({ dataset }) => dataset.id).join(",") });
  try {
    const ids = new Set(JSON.parse(await get(`${url}marked/?${wanted}`)).ids);
    for (const tile of asked) show(tile, ids.has(Number(tile.dataset.id)));
  } catch (error) {
    failureOf(error); // unmarked until it is asked again
    for (const tile of asked) show(tile, false);
  }
}

function show(tile, is) {
  const said = String(is);
  if (tile.ariaSelected !== said) tile.ariaSelected = said;
}

// The bar stays the same element while its number changes, so that the focus stays in it.
function reflect() {
  const old = document.getElementById("selection"), { count: many, bar } = state;
  frame.classList.toggle("is-selecting", many > 0);
  if (!many) {
    if (!old) return;
    const hadFocus = old.contains(document.activeElement);
    old.remove();
    say("Nothing is selected");
    if (hadFocus) (grid.element.querySelector(".tile[tabindex='0']") ?? grid.element).focus({ preventScroll: true });
  } else {
    const said = bar.querySelector(".selected");
    if (!old) frame.append(bar);
    else if (!old.querySelector(".stacks") !== !bar.querySelector(".stacks")) old.replaceWith(bar);
    else if (old !== bar) {
      old.querySelector(".selected").replaceWith(said);
      Object.assign(old.dataset, bar.dataset);
    }
    say(said.dataset.said);
  }
  announce("selection:changed", { count: many });
}

function keep(next) {
  state = next;
  try {
    if (next.count) sessionStorage.setItem(KEPT, JSON.stringify([url, next.token]));
    else sessionStorage.removeItem(KEPT);
  } catch { /* private mode: until the page is left */ }
}

function kept() {
  try {
    const [where, token] = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
    return where === url ? token : "";
  } catch {
    return "";
  }
}
