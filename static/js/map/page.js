// The map: brings the points, draws them, and has hand and keyboard move, look and choose.

import { failureOf } from "../http.js";
import * as data from "./data.js";
import { Camera } from "./camera.js";
import { Card } from "./card.js";
import { Chosen, words } from "./chosen.js";
import { FlatPoints } from "./flat.js";
import * as hand from "./hand.js";
import { bind } from "./keys.js";
import { Look, STATES } from "./look.js";
import { Overlay } from "./overlay.js";
import { Pictures } from "./pictures.js";
import { Places } from "./places.js";
import { choose } from "./tiles.js";
import { CardPoints } from "./webgl.js";

const REACH_PX = 14, BESIDE_PX = 46, SMALLEST_AIM = 12, SAY_AFTER_MS = 350, KEEP_AFTER_MS = 250;
const section = document.getElementById("map");
const over = section.querySelector(".map-over");
const one = (name) => section.querySelector(`[data-${name}]`);
const camera = new Camera(), look = new Look(section), overlay = new Overlay(over), card = new Card(section);
const frame = document.getElementById("frame");
const isRevealed = () => frame.classList.contains("is-revealed");

let under = section.querySelector(".map-points"), all = null, places = null, painter = null, chosen = null, pictures = null;
let marks = null, states = null, legend = null, params = section.dataset.params, hasFilter = Boolean(section.dataset.filtered);
let tool = "pan", line = null, aim = 0, pointed = null, isDue = false, sayTimer = 0, keepTimer = 0, asking = null;

const isBright = (number) => !marks || marks[number] === 1;
const ratio = () => Math.min(2, window.devicePixelRatio || 1);
const screen = (number) => camera.toScreen(all.places[number * 2], all.places[number * 2 + 1]);

async function begin() {
  resize();
  try {
    all = await data.points(section.dataset.points);
  } catch (error) {
    problem(failureOf(error, "The map did not come.").text);
    return;
  }
  places = new Places(all.places);
  painter = paintersFirst();
  states = new Uint8Array(all.count).fill(STATES.BRIGHT);
  chosen = new Chosen(section, all.idOf, restate);
  pictures = new Pictures(section.dataset.pictures, due);
  camera.fit();
  if (location.hash.startsWith("#at=")) camera.words = location.hash.slice(4);
  new ResizeObserver(resize).observe(section);
  hand.watch(over, () => tool, acts);
  bind(over, { ...acts, zoom: (factor) => acts.zoom(factor, camera.width / 2, camera.height / 2), choose: chooseAim, open: openAim, clear: () => chosen.set([]), aim: resizeAim, take, fit });
  section.dataset.ready = "";
  due();
  light();
  if (one("colour").value) colour();
}

function paintersFirst() {
  try {
    return new CardPoints(under, all.places);
  } catch {
    // No graphics card, or none that the browser trusts. A canvas has one kind of context for good.
    const fresh = under.cloneNode();
    under.replaceWith(fresh);
    under = fresh;
    return new FlatPoints(under, all.places);
  }
}

function resize() {
  const { clientWidth: width, clientHeight: height } = section;
  for (const canvas of [under, over]) {
    canvas.width = Math.round(width * ratio());
    canvas.height = Math.round(height * ratio());
  }
  camera.resize(width, height);
  due();
}

function due() {
  if (isDue || !all) return;
  isDue = true;
  requestAnimationFrame(draw);
}

let tiles = [];
function draw() {
  isDue = false;
  painter.draw(camera, ratio(), look.passes(camera, all.count, legend, { hasDim: hasFilter }));
  tiles = choose(camera, places, isBright)
    .map((tile) => ({ ...tile, about: pictures.get(all.idOf(tile.number)) })).filter(({ about }) => about);
  overlay.draw(camera, ratio(), look.css, { tiles, isRevealed: isRevealed(), isChosen: (number) => chosen.has(number), current: ring(), line, aim });
  section.dataset.pictured = tiles.length;
  if (pointed) showCard();
}

function ring() {
  if (!pointed || tiles.some(({ number }) => number === pointed.number)) return null;
  return [...screen(pointed.number), 7];
}

function moved() {
  due();
  clearTimeout(keepTimer);
  keepTimer = setTimeout(() => history.replaceState(null, "", `#at=${camera.words}`), KEEP_AFTER_MS);
  if (aim) tellAim();
}

const acts = {
  move(dx, dy) { camera.pan(dx, dy); moved(); },
  zoom(factor, left, top) {
    camera.zoomAt(factor, left, top);
    if (pointed) pointAt(left, top);
    moved();
  },
  line(corners) { line = corners; due(); },
  drawn(corners, isMore) {
    line = null;
    const found = places.inPolygon(corners.map(([left, top]) => camera.toSheet(left, top)), isBright);
    take("pan");
    chosen.set(found, { isMore });
    say(found.length ? `${words(chosen.numbers.size)} chosen.` : "No image lies there.");
    if (found.length) chosen.show.focus({ preventScroll: true });
  },
  point(left, top) { pointAt(left, top); },
  leave() { pointAt(-1e6, -1e6); },
  tap(left, top, isTouch) {
    aim = 0;
    pointAt(left, top, isTouch ? REACH_PX * 2 : REACH_PX);
    if (pointed && !isTouch) location.href = card.element.hidden ? location.href : card.element.href;
  },
};

function pointAt(left, top, reach = REACH_PX) {
  const tile = tiles.find((each) => Math.abs(each.left - left) < each.side * 0.45 && Math.abs(each.top - top) < each.side * 0.45);
  const number = tile ? tile.number : places.nearest(...camera.toSheet(left, top), camera.steps(reach), isBright);
  if (number === (pointed?.number ?? -1)) return;
  pointed = number < 0 ? null : { number };
  over.classList.toggle("is-over", pointed !== null);
  if (!pointed) card.hide();
  due();
}

function showCard() {
  const about = pictures.get(all.idOf(pointed.number));
  const place = aim ? [camera.width / 2, camera.height / 2] : screen(pointed.number);
  if (about) card.show(pointed.number, about, place, Math.max(BESIDE_PX, aim + 12), camera, isRevealed());
  else card.hide();
}

function take(name) {
  tool = over.dataset.tool = name;
  for (const button of section.querySelectorAll(".map-tools [data-tool]")) button.ariaPressed = String(button.dataset.tool === name);
}

function fit() { camera.fit(); moved(); }

// The circle of the keyboard.
function resizeAim(factor) {
  aim = Math.min(Math.min(camera.width, camera.height) / 2, Math.max(SMALLEST_AIM, (aim || 60) * factor));
  due();
  tellAim();
}

const middle = () => [camera.x * 65535, camera.y * 65535];
const inAim = () => places.inCircle(...middle(), camera.steps(aim), isBright);

function tellAim() {
  pointAt(camera.width / 2, camera.height / 2, aim);
  say(() => {
    const nearest = pointed && pictures.get(all.idOf(pointed.number));
    return `${words(inAim().length)} in the circle.${nearest ? ` Nearest: ${nearest.name}.` : ""}`;
  });
}

function chooseAim(isMore) {
  if (!aim) resizeAim(1);
  const found = inAim();
  const isSame = !isMore && found.length && found.length === chosen.numbers.size && found.every((number) => chosen.has(number));
  if (isSame) {
    chosen.open();
    return;
  }
  chosen.set(found, { isMore });
  say(found.length ? `${words(chosen.numbers.size)} chosen. Enter again shows them.` : "No image lies in the circle.");
}

function openAim() {
  if (!aim) resizeAim(1);
  if (pointed && !card.element.hidden) location.href = card.element.href;
}

function say(what) {
  clearTimeout(sayTimer);
  sayTimer = setTimeout(() => { one("said").textContent = typeof what === "function" ? what() : what; }, typeof what === "function" ? SAY_AFTER_MS : 0);
}

// The result of the search is bright, all else dim.
async function light() {
  asking?.abort();
  asking = new AbortController();
  try {
    const found = await data.result(section.dataset.result + params, asking.signal);
    if (found.count !== all.count) {
      location.reload(); // images were deleted since the points came
      return;
    }
    marks = found.marks;
    problem("");
    one("told").textContent = hasFilter ? `${found.held.toLocaleString("en")} of ${words(all.count)} match` : words(found.held);
    if (hasFilter) say(one("told").textContent);
  } catch (error) {
    if (error.name === "AbortError") return;
    problem(failureOf(error, "What matches is not marked.").text);
  }
  restate();
}

function restate() {
  for (let number = 0; number < states.length; number++) states[number] = isBright(number) ? STATES.BRIGHT : STATES.DIM;
  for (const number of chosen.numbers) states[number] = STATES.CHOSEN;
  painter.setStates(states);
  due();
}

function problem(text) {
  one("problem").textContent = text;
  one("problem").hidden = !text;
}

async function colour() {
  const by = one("colour").value, list = one("legend");
  try {
    legend = by ? await data.colours(section.dataset.colours.replace("/by/", `/${by}/`)) : null;
  } catch (error) {
    problem(failureOf(error, "The colours did not come.").text);
    legend = null;
  }
  painter.setColours(legend?.numbers ?? new Uint8Array(all.count));
  list.hidden = !legend;
  legendIn(list);
  due();
}

function legendIn(list) {
  const titles = legend ? [...legend.titles, legend.isGraded ? "Unrated" : "None"] : [];
  list.replaceChildren(...titles.map((title, index) => {
    const item = document.createElement("li"), dot = document.createElement("i");
    const isLast = index === titles.length - 1, isOthers = title === "Others" && index === titles.length - 2;
    dot.style.background = look.legendColour(legend, isLast ? 0 : isOthers ? 9 : index + 1);
    item.append(dot, title);
    return item;
  }));
}

section.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  if (!button || !all) return;
  if (button.dataset.tool) take(button.dataset.tool);
  else if (button.dataset.zoom) acts.zoom(Number(button.dataset.zoom), camera.width / 2, camera.height / 2);
  else if ("fit" in button.dataset) fit();
});

over.addEventListener("focus", () => { if (all && over.matches(":focus-visible")) resizeAim(1); });
over.addEventListener("pointerdown", () => { aim = 0; due(); });
over.addEventListener("blur", () => { aim = 0; due(); });
one("colour").addEventListener("change", () => {
  const address = new URL(location.href);
  if (one("colour").value) address.searchParams.set("colour", one("colour").value);
  else address.searchParams.delete("colour");
  history.replaceState(null, "", address);
  colour();
});

document.querySelector("[data-map-search]").addEventListener("submit", (event) => {
  event.preventDefault();
  const asked = new URLSearchParams([...new FormData(event.target)].filter(([, value]) => value));
  params = `?${asked}`;
  hasFilter = asked.size > 0;
  history.replaceState(null, "", `${location.pathname}${params}${location.hash}`);
  document.querySelector("[data-library]").href = section.dataset.grid + params;
  if (all) light();
});

function restyle() {
  look.read();
  legendIn(one("legend"));
  due();
}
new MutationObserver(restyle).observe(document.documentElement, { attributeFilter: ["data-theme"] });
new MutationObserver(due).observe(frame, { attributeFilter: ["class"] });
matchMedia("(prefers-color-scheme: light)").addEventListener("change", restyle);

begin();
