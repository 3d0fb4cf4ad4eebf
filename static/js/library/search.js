// The query bar: "/" comes to it, Escape clears and leaves it, Arrow Down goes to the pictures. Enter
// makes chips of the keywords; a chip goes back into the field by a click, or by Backspace at its start.

import { register } from "../keys.js";

const form = () => document.getElementById("query");
const field = () => document.getElementById("q");
const chips = () => [...document.querySelectorAll("#chips .term")];
let isEntered = false;
let asked = null; // what stood in the field when the latest search began

register("Library", [{ id: "search", run: () => { field().focus(); field().select(); } }]);

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-wipe]")) {
    wipe();
    field().focus();
  } else if (event.target.closest("#chips [data-edit]")) {
    edit(event.target.closest(".chip"));
  } else if (event.target.closest("#chips [data-drop]") && !isElsewhere(event)) {
    event.preventDefault();
    event.target.closest(".chip").remove();
    form().requestSubmit();
    field().focus();
  } else if (event.target.closest("[data-example]") && field() && !isElsewhere(event)) {
    event.preventDefault();
    event.target.closest("dialog")?.close();
    put(event.target.closest("[data-example]").textContent.trim());
  }
});

document.addEventListener("keydown", (event) => {
  if (event.target !== field() || event.defaultPrevented) return;
  if (event.key === "Escape") {
    event.preventDefault();
    if (field().value) wipe();
    else field().blur();
  } else if (event.key === "ArrowDown") {
    event.preventDefault();
    (document.querySelector(".tile[tabindex='0']") ?? document.querySelector(".tile"))?.focus();
  } else if (event.key === "Backspace" && !field().selectionEnd && chips().length) {
    event.preventDefault();
    edit(chips().at(-1));
  }
});

// What only some people ever use comes when it is first likely.
document.addEventListener("focusin", ({ target }) => {
  if (target === field()) import("./complete.js").then(({ attach }) => attach(field()));
});
const give = (event, data) => {
  const file = [...data?.files ?? []].find(({ type }) => type.startsWith("image/"));
  if (!file) return;
  event.preventDefault();
  import("../meaning/give.js").then((it) => it.give(file));
};
document.addEventListener("paste", (event) => { if (!event.target.closest?.("dialog")) give(event, event.clipboardData); });
document.addEventListener("dragover", (event) => { if (event.dataTransfer.types.includes("Files")) event.preventDefault(); });
document.addEventListener("drop", (event) => give(event, event.dataTransfer));
document.addEventListener("toggle", ({ target }) => {
  if (target.id === "facets" && target.open) import("./facets.js").then(({ show }) => show(target));
}, true);
(window.requestIdleCallback ?? setTimeout)(() => import("../dialogs.js"));

function isElsewhere(event) { return event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0; }

function wipe() {
  field().value = "";
  field().dispatchEvent(new Event("input", { bubbles: true }));
}

// Adds `text` to what stands in the field.
function put(text) {
  const before = field().value.trim();
  field().value = before ? `${before} ${text}` : text;
  field().focus();
  field().setSelectionRange(field().value.length, field().value.length);
  field().dispatchEvent(new Event("input", { bubbles: true }));
}

function edit(chip) {
  const text = chip.querySelector("input").value, after = field().value.trim();
  chip.remove();
  field().value = after ? `${text} ${after}` : text;
  field().focus();
  field().setSelectionRange(text.length, text.length);
}

// The first search since the page came gets an entry of its own, so that Back leads before it.
document.addEventListener("htmx:beforeRequest", ({ target, detail }) => {
  if (detail.target?.id === "results") asked = field()?.value;
  if (target.id !== "query" || isEntered) return;
  isEntered = true;
  history.pushState({}, "", location.href);
});

document.addEventListener("htmx:configRequest", (event) => {
  const { target, detail } = event;
  if (target.id !== "query") return;
  const texts = [detail.parameters.q ?? ""].flat();
  if (detail.triggeringEvent?.type === "submit") {
    if (!texts.some((text) => text)) delete detail.parameters.q;
  } else {
    // Half a value finds nothing: before there is one, and while some are offered, the search waits.
    const half = field().getAttribute("aria-expanded") === "true" ? /:\S*$/ : /\w:("[^"]*)?$/;
    if (half.test(field().value)) event.preventDefault();
    if (texts.length === 1 && !texts[0]) delete detail.parameters.q;
    detail.headers["X-Live"] = "1";
  }
});

// After Enter the keywords are chips and only the rest stays in the field.
document.addEventListener("htmx:oobAfterSwap", ({ detail }) => {
  if (detail.target.id === "chips") {
    const { live, rest } = document.getElementById("chips").dataset;
    if (live === undefined && field().value === asked) field().value = rest;
  } else if (detail.target.id === "query-problem") {
    const isWrong = detail.target.textContent.trim() !== "";
    if (isWrong) field().setAttribute("aria-invalid", "true");
    else field().removeAttribute("aria-invalid");
  }
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
