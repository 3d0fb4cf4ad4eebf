// What the images of the result have in common, counted when it is looked at. A click narrows to it,
// Alt+click and the minus beside it leave it out; the list stays open and counts again.

import { get } from "../http.js";

let menu = null;
let asking = null;

export function show(opened) {
  if (!menu) {
    menu = opened;
    menu.addEventListener("click", (event) => {
      const link = event.target.closest(".facets a");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const { href } = event.altKey ? link.parentElement.querySelector(".exclude") : link;
      window.htmx.ajax("GET", href, { source: menu, target: "#results", swap: "outerHTML" }).catch(() => {});
    });
    document.addEventListener("htmx:load", ({ target }) => {
      if (target.id === "results" && menu.open) count();
    });
  }
  count();
}

async function count() {
  asking?.abort();
  asking = new AbortController();
  const list = menu.querySelector(".facets");
  const query = document.getElementById("results").dataset.querystring;
  let html = "";
  try {
    html = await get(menu.dataset.url + query, asking.signal);
  } catch (error) {
    if (error.name === "AbortError") return;
    list.textContent = "Could not be counted just now.";
    return;
  }
  const at = list.querySelector(":focus")?.title;
  list.innerHTML = html;
  if (at) (list.querySelector(`[title="${CSS.escape(at)}"]`) ?? menu.querySelector("summary")).focus();
}
