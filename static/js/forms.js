// Helps in the forms of acts: a list that typing narrows, tags that are suggested, Ctrl+Enter.

import { failureOf, get, parse } from "./http.js";

const REST_MS = 120;

document.addEventListener("input", ({ target }) => {
  if (target.dataset.narrows) narrow(target);
  if (target.dataset.suggests) later(target);
});

// Choosing one from the list is an answer by itself; the words that found it are not another.
document.addEventListener("change", ({ target }) => {
  if (target.matches(".act-form .pick input")) fieldOf(target).value = "";
});

function narrow(field) {
  const words = field.value.trim().toLowerCase(), labels = [...document.getElementById(field.dataset.narrows)?.querySelectorAll("label") ?? []];
  for (const label of labels) {
    label.hidden = !label.textContent.toLowerCase().includes(words);
    label.firstElementChild.checked = words !== "" && label.textContent.trim().toLowerCase() === words;
  }
}

const fieldOf = (input) => input.form.querySelector("[data-narrows]") ?? {};

document.addEventListener("keydown", (event) => {
  const { target, key } = event, form = target.closest?.(".act-form");
  if (!form) return;
  if (key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    if (form.querySelector("button.primary")) form.requestSubmit(); // else there is nothing to do
  } else if (target.dataset.narrows && key === "ArrowDown") {
    const first = form.querySelector(".pick label:not([hidden]) input");
    if (!first) return;
    event.preventDefault();
    first.checked = true;
    first.focus();
    target.value = "";
  } else if (target.dataset.suggests) steer(event);
});

// Tags: the word at the caret is completed, the others stay.
let timer = 0;

function later(field) {
  clearTimeout(timer);
  timer = setTimeout(() => suggest(field), REST_MS);
}

const wordAt = (field) => {
  const before = field.value.slice(0, field.selectionStart), start = before.lastIndexOf(",") + 1;
  return { start, word: before.slice(start).trim() };
};

async function suggest(field) {
  const { word } = wordAt(field);
  if (!word) return close(field);
  let options;
  try {
    options = parse(await get(`${field.dataset.suggests}?${new URLSearchParams({ q: word })}`));
  } catch (error) {
    failureOf(error); // none are suggested
    return;
  }
  if (!field.isConnected || wordAt(field).word !== word) return;
  const list = listOf(field);
  list.replaceChildren(...options.querySelectorAll("li"));
  list.hidden = !list.children.length;
  field.ariaExpanded = String(!list.hidden);
  field.removeAttribute("aria-activedescendant");
}

function listOf(field) {
  let list = field.parentElement.querySelector("[role=listbox]");
  if (list) return list;
  list = Object.assign(document.createElement("ul"), { role: "listbox", id: `${field.id}-options`, className: "suggestions", hidden: true });
  list.ariaLabel = "Tags";
  field.after(list);
  Object.assign(field, { role: "combobox", ariaAutoComplete: "list", ariaExpanded: "false" });
  field.setAttribute("aria-controls", list.id);
  list.addEventListener("pointerdown", (event) => {
    event.preventDefault(); // the focus stays in the field
    const option = event.target.closest("[role=option]");
    if (option) take(field, option);
  });
  field.addEventListener("blur", () => close(field));
  return list;
}

function steer(event) {
  const field = event.target, list = listOf(field);
  if (list.hidden) return;
  const options = [...list.children], at = options.findIndex((option) => option.ariaSelected === "true");
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by) {
    event.preventDefault();
    const next = options[(at + by + options.length + (at < 0 && by < 0 ? 1 : 0)) % options.length];
    for (const option of options) option.ariaSelected = String(option === next);
    field.setAttribute("aria-activedescendant", next.id);
    next.scrollIntoView({ block: "nearest" });
  } else if ((event.key === "Enter" || event.key === "Tab") && at >= 0) {
    event.preventDefault();
    take(field, options[at]);
  } else if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    close(field);
  }
}

function take(field, option) {
  const { start } = wordAt(field), after = field.value.slice(field.selectionStart);
  const before = field.value.slice(0, start), gap = before ? " " : "";
  const rest = after.replace(/^[^,]*/, "");
  field.value = `${before}${gap}${option.dataset.name}${rest || ", "}`;
  const caret = field.value.length - rest.length;
  field.setSelectionRange(caret, caret);
  close(field);
  field.focus();
}

function close(field) {
  const list = listOf(field);
  list.hidden = true;
  field.ariaExpanded = "false";
  field.removeAttribute("aria-activedescendant");
}

// The server reads a clock without a zone as UTC; a person means their own.
document.addEventListener("htmx:load", ({ target }) => {
  for (const field of target.querySelectorAll?.("[data-own-zone]") ?? []) {
    if (field.value === "UTC") field.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
  }
});

// A field of a pattern comes to where the caret stands.
document.addEventListener("click", ({ target }) => {
  const text = target.closest?.("[data-inserts]")?.dataset.inserts, field = text && document.getElementById("act-pattern");
  if (!field) return;
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
});
