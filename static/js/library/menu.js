// The menu of acts: what the register offers, folded where a group is long; arrows walk in it, a
// letter leads to what begins with it.

import { icon } from "../icons.js";
import { ratingOf, tilesOf } from "./acts.js";
import { offersFor } from "./offers.js";

const menu = Object.assign(document.createElement("div"), { id: "act-menu", className: "menu-list act-menu", role: "menu", popover: "auto" });
document.body.append(menu);
let opener = null, about = null;

export function openMenu(newAbout, place, { opener: from, only } = {}) {
  if (!newAbout) return;
  about = newAbout;
  opener = from;
  const groups = offersFor(about);
  menu.ariaLabel = titleOf(about);
  if (only) menu.replaceChildren(steps(groups.flatMap(({ entries }) => entries).find(({ id }) => id === only)));
  else fill(groups);
  if (!menu.matches(":popover-open")) menu.showPopover();
  put(place);
  const [first] = stops();
  if (first) Object.assign(first, { tabIndex: 0 }).focus(); // a menu that scrolls needs a stop of Tab
}

function titleOf({ isSelection, count, tile }) {
  if (isSelection) return `${document.querySelector("#selection .selected span").textContent} selected`;
  return tile.querySelector(".caption").dataset.name ?? `${count} image`;
}

function put({ x, y, bottom }) {
  const { offsetWidth: width, offsetHeight: height } = menu;
  const top = y ?? bottom - height;
  menu.style.left = `${Math.max(8, Math.min(x, innerWidth - width - 8))}px`;
  menu.style.top = `${Math.max(8, Math.min(top, innerHeight - height - 8))}px`;
}

function fill(groups) {
  const parts = [Object.assign(document.createElement("h3"), { textContent: titleOf(about), role: "presentation" })];
  let wasFolded = true;
  for (const group of groups) {
    const isFolded = Boolean(group.isFolded);
    if (!(isFolded && wasFolded) && parts.length > 1) parts.push(document.createElement("hr"));
    wasFolded = isFolded;
    if (isFolded) parts.push(folded(group, groups));
    else parts.push(...group.entries.map(entry));
  }
  menu.replaceChildren(...parts);
}

function entry(one) {
  if (one.control === "rating") return steps(one);
  const button = item(one.title, one.icon);
  if (one.keys[0]) {
    button.append(Object.assign(document.createElement("kbd"), { ariaHidden: "true", textContent: one.keys[0] }));
    button.ariaKeyShortcuts = one.keys[0].replace("Ctrl", "Control").replace("Esc", "Escape");
  }
  if (one.control === "switch") {
    button.role = "menuitemcheckbox";
    button.ariaChecked = String(one.isOn);
  }
  button.addEventListener("click", () => finish(one));
  return button;
}

function item(title, name) {
  const button = Object.assign(document.createElement("button"), { type: "button", role: "menuitem", tabIndex: -1 });
  button.append(icon(name), Object.assign(document.createElement("span"), { textContent: title }));
  return button;
}

function steps(one) {
  const row = Object.assign(document.createElement("div"), { className: "steps", role: "group", ariaLabel: "Rating" });
  const now = ratingOf(tilesOf(about));
  for (let value = 1; value <= 10; value += 1) {
    const is = String(value) === now;
    const button = Object.assign(document.createElement("button"), {
      type: "button", role: "menuitemradio", tabIndex: -1, textContent: value, ariaChecked: String(is), title: is ? "Clear the rating" : `Rate ${value}`, ariaLabel: `Rate ${value}`,
    });
    button.addEventListener("click", () => finish(one, String(value)));
    row.append(button);
  }
  return row;
}

// One level down in the same place: as good for a thumb as for the arrows.
function folded(group, groups) {
  const button = item(group.title, group.icon);
  button.ariaHasPopup = "menu";
  button.append(icon("chevron-right"));
  button.addEventListener("click", () => {
    const back = item(group.title, "chevron-left");
    back.className = "back";
    back.addEventListener("click", () => {
      fill(groups);
      stops().find((one) => one.textContent === group.title)?.focus();
    });
    menu.replaceChildren(back, document.createElement("hr"), ...group.entries.map(entry));
    stops()[1].focus();
  });
  return button;
}

function finish(one, value) {
  menu.hidePopover();
  opener?.focus({ preventScroll: true });
  one.run(value);
}

const stops = () => [...menu.querySelectorAll("button")];

menu.addEventListener("keydown", (event) => {
  const all = stops(), at = all.indexOf(document.activeElement), here = all[at];
  const isStep = here?.parentElement.className === "steps";
  if (event.key === "Tab") menu.hidePopover();
  let to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
  if (isStep && event.key === "ArrowDown") to = all.indexOf(here.parentElement.lastElementChild) + 1;
  if (isStep && event.key === "ArrowUp") to = all.indexOf(here.parentElement.firstElementChild) - 1;
  if (event.key === "ArrowRight") to = isStep ? at + 1 : here?.ariaHasPopup && (here.click(), null);
  if (event.key === "ArrowLeft") to = isStep ? at - 1 : menu.querySelector(".back") && (menu.querySelector(".back").click(), null);
  if (event.key.length === 1 && /\S/.test(event.key) && !event.ctrlKey && !event.metaKey) {
    const letter = event.key.toLowerCase(), after = [...all.slice(at + 1), ...all.slice(0, at + 1)];
    to = all.indexOf(after.find((one) => one.textContent.trim().toLowerCase().startsWith(letter)));
    if (to < 0) to = null;
  }
  if (to === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  if (typeof to === "number") all.at(to % all.length).focus();
});

menu.addEventListener("contextmenu", (event) => event.preventDefault());

menu.addEventListener("toggle", ({ newState }) => {
  const isLost = menu.contains(document.activeElement) || document.activeElement === document.body;
  if (newState === "closed" && isLost && opener?.isConnected) opener.focus({ preventScroll: true });
});
