// What the images of the result have in common, counted when it is looked at. A click narrows to it,
// Alt+click and the minus beside it leave it out; the list stays open and counts again.

import { get } from "../http.js";

let menu = null;
let asking = null;
let doing = Promise.resolve(); // clicks happen one after the other: each link says the whole query
let isFollowing = false;

const list = () => menu.querySelector(".facets");
const linkTo = (title, kind) => [...list().querySelectorAll(".include")]
  .find((link) => link.title === title)?.parentElement.querySelector(kind);

export function show(opened) {
  if (!menu) {
    menu = opened;
    menu.addEventListener("click", clicked);
    document.addEventListener("htmx:load", ({ target }) => {
      if (target.id === "results" && menu.open && !isFollowing) count();
    });
  }
  count();
}

function clicked(event) {
  const link = event.target.closest(".facets a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const { title } = link.parentElement.querySelector(".include");
  const kind = event.altKey || link.matches(".exclude") ? ".exclude" : ".include";
  doing = doing.then(() => follow(title, kind));
}

async function follow(title, kind) {
  const link = linkTo(title, kind);
  if (!link) return;
  isFollowing = true;
  try {
    await window.htmx.ajax("GET", link.href, { source: menu, target: "#results", swap: "outerHTML" });
    await count();
  } catch { // that the server is away is said elsewhere
  } finally {
    isFollowing = false;
  }
}

async function count() {
  asking?.abort();
  asking = new AbortController();
  const query = document.getElementById("results").dataset.querystring;
  let html = "";
  try {
    html = await get(menu.dataset.url + query, asking.signal);
  } catch (error) {
    if (error.name !== "AbortError") list().textContent = "Could not be counted just now.";
    return;
  }
  const held = list().querySelector(":focus");
  list().innerHTML = html;
  if (!held) return;
  const kind = held.matches(".exclude") ? ".exclude" : ".include";
  const { title } = held.parentElement.querySelector(".include");
  (linkTo(title, kind) ?? menu.querySelector("summary")).focus();
}
