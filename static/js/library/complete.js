// Suggestions below the query field: a listbox by the combobox pattern of ARIA. The field keeps the focus;
// the arrows choose, Enter and Tab take, Escape closes.

import { get } from "../http.js";

const WAIT_MS = 90;
let field = null;
let timer = null;
let asking = null;
let chosen = -1;

const list = () => document.getElementById("completions");
const options = () => [...list().children];
const isOpen = () => field.getAttribute("aria-expanded") === "true";

export function attach(input) {
  if (field === input) return;
  field = input;
  field.addEventListener("input", later);
  field.addEventListener("click", later);
  field.addEventListener("blur", close);
  // Before the keys of the bar itself.
  field.addEventListener("keydown", pressed, true);
  list().addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  list().addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) take(option);
  });
  if (field.value) later();
}

function later() {
  clearTimeout(timer);
  timer = setTimeout(ask, WAIT_MS);
}

async function ask() {
  asking?.abort();
  const text = field.value.slice(0, field.selectionStart ?? field.value.length);
  if (!text.trim()) return close();
  asking = new AbortController();
  const url = `${field.form.dataset.suggestUrl}?${new URLSearchParams({ text })}`;
  let html = "";
  try {
    html = await get(url, asking.signal);
  } catch (error) {
    if (error.name !== "AbortError") close(); // without suggestions one types on
    return;
  }
  if (document.activeElement !== field) return;
  list().innerHTML = html;
  choose(-1);
  const isThere = options().length > 0;
  list().hidden = !isThere;
  field.setAttribute("aria-expanded", String(isThere));
}

function close() {
  clearTimeout(timer);
  asking?.abort();
  choose(-1);
  list().hidden = true;
  field.setAttribute("aria-expanded", "false");
}

function choose(index) {
  const all = options();
  all[chosen]?.setAttribute("aria-selected", "false");
  chosen = index;
  const option = all[index];
  if (option) {
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", option.id);
  } else {
    field.removeAttribute("aria-activedescendant");
  }
}

function pressed(event) {
  if (event.key === "Enter" && chosen < 0) return close();
  if (!isOpen() || event.isComposing) return;
  const all = options();
  if (event.key === "ArrowDown") choose(chosen + 1 < all.length ? chosen + 1 : 0);
  else if (event.key === "ArrowUp") choose(chosen > 0 ? chosen - 1 : all.length - 1);
  else if (event.key === "Escape") close();
  else if ((event.key === "Enter" || event.key === "Tab") && chosen >= 0) take(all[chosen]);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

// A value that is whole is searched for at once; a keyword still wants its value.
function take(option) {
  const { insert, start } = option.dataset;
  const caret = field.selectionStart ?? field.value.length;
  const before = field.value.slice(0, Number(start)) + insert;
  const isWhole = insert.endsWith(" ");
  field.value = before + field.value.slice(caret);
  field.setSelectionRange(before.length, before.length);
  close();
  if (isWhole) field.form.requestSubmit();
  else later();
}
