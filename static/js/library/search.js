// The search field: "/" comes to it, Escape clears and leaves it, Arrow Down goes to the pictures.

import { register } from "../keys.js";

const field = () => document.getElementById("q");
let isEntered = false;

register("Library", [{ id: "search", run: () => { field().focus(); field().select(); } }]);

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-wipe]")) return;
  wipe();
  field().focus();
});

document.addEventListener("keydown", (event) => {
  if (event.target !== field()) return;
  if (event.key === "Escape") {
    event.preventDefault();
    if (field().value) wipe();
    else field().blur();
  } else if (event.key === "ArrowDown") {
    event.preventDefault();
    (document.querySelector(".tile[tabindex='0']") ?? document.querySelector(".tile"))?.focus();
  }
});

function wipe() {
  field().value = "";
  field().dispatchEvent(new Event("input", { bubbles: true }));
}

// The first search since the page came gets an entry of its own, so that Back leads before it.
document.addEventListener("htmx:beforeRequest", ({ target }) => {
  if (target.id !== "query" || isEntered) return;
  isEntered = true;
  history.pushState({}, "", location.href);
});

document.addEventListener("htmx:configRequest", ({ target, detail }) => {
  if (target.id !== "query") return;
  if (!detail.parameters.q) delete detail.parameters.q;
});

// Back to an address that these results are not of.
addEventListener("popstate", () => {
  const results = document.getElementById("results");
  if (results && wish(location.search) !== wish(results.dataset.querystring)) location.reload();
});

function wish(querystring) {
  const query = new URLSearchParams(querystring);
  query.delete("at");
  query.sort();
  return query.toString();
}
