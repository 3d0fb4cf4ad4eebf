// The folder tree's menu: by right click, Shift+F10, a long press or the three dots. What was done
// with a folder shows in the tree at once.

import { announce, get, parse } from "./http.js";

const PRESS_MS = 500, SLIP_PX = 10;
const menu = document.getElementById("folder-menu");
let row = null, press = null;

const rowOf = (target) => target.closest?.(".folders li[data-folder]");
const linkIn = (li) => li.querySelector(":scope > .folder-leaf > a");
const dotsIn = (li) => li.querySelector(":scope > .folder-leaf > .folder-more");

if (menu) {
  document.addEventListener("contextmenu", (event) => {
    const li = rowOf(event.target);
    if (!li || menu.contains(event.target)) return;
    event.preventDefault();
    const isByKey = event.button !== 2 && event.pointerType !== "touch";
    open(li, isByKey ? under(linkIn(li)) : { x: event.clientX, y: event.clientY });
  });

  document.addEventListener("click", (event) => {
    const dots = event.target.closest(".folder-more");
    if (!dots || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(rowOf(dots), under(dots));
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "F10" || !event.shiftKey || !rowOf(event.target)) return;
    event.preventDefault();
    open(rowOf(event.target), under(linkIn(rowOf(event.target))));
  });

  // Not every browser makes a context menu of a long press.
  document.addEventListener("pointerdown", (event) => {
    const li = event.pointerType === "touch" && rowOf(event.target);
    if (!li || menu.contains(event.target)) return;
    const { clientX: x, clientY: y } = event;
    press = { x, y, timer: setTimeout(() => { press = null; open(li, { x, y }); }, PRESS_MS) };
  });
  document.addEventListener("pointermove", ({ clientX, clientY }) => {
    if (press && Math.hypot(clientX - press.x, clientY - press.y) > SLIP_PX) drop();
  });
  for (const name of ["pointerup", "pointercancel", "scroll"]) document.addEventListener(name, drop, true);

  menu.addEventListener("keydown", (event) => {
    const items = [...menu.querySelectorAll("[role=menuitem]")], at = items.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (event.key === "Tab") menu.hidePopover();
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    items.at(to % items.length).focus();
  });
  menu.addEventListener("htmx:afterRequest", () => menu.hidePopover());
  menu.addEventListener("toggle", ({ newState }) => {
    if (newState === "closed" && (menu.contains(document.activeElement) || document.activeElement === document.body)) linkIn(row)?.focus();
  });
}

function drop() {
  clearTimeout(press?.timer);
  press = null;
}

function under(element) {
  const box = element.getBoundingClientRect();
  return { x: box.left, y: box.bottom };
}

async function open(li, { x, y }) {
  drop();
  if (menu.matches(":popover-open") && row === li) return;
  row = li;
  try {
    menu.replaceChildren(parse(await get(dotsIn(li).href)));
  } catch (error) {
    announce("toast", { text: error.status ? error.message : "The server did not answer. Try again.", is_bad: true });
    return;
  }
  window.htmx.process(menu);
  if (!menu.matches(":popover-open")) menu.showPopover();
  menu.style.left = `${Math.max(8, Math.min(x, innerWidth - menu.offsetWidth - 8))}px`;
  menu.style.top = `${Math.max(8, Math.min(y, innerHeight - menu.offsetHeight - 8))}px`;
  menu.querySelector("[role=menuitem]").focus();
}

document.addEventListener("folder:treated", ({ detail }) => {
  const li = document.querySelector(`.folders li[data-folder="${Number(detail.id)}"]`);
  if (!li) return;
  if (detail.treatment) li.dataset.treatment = detail.treatment;
  else delete li.dataset.treatment;
  linkIn(li).querySelector(".treatment").textContent = detail.word;
});
