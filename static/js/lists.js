// Lists of things that made images: choosing several of them opens what can be done to their images.

import { announce, csrfToken, parse, wordsIn } from "./http.js";

const ASK_MS = 250;
let timer = 0, asked = null;

const formOf = (target) => target.closest?.("[data-choosing]");
const boxesOf = (form) => [...form.querySelectorAll("input[name=chosen]")];
let last = null;

document.addEventListener("click", (event) => {
  const box = event.target.closest("input[name=chosen]");
  if (box) {
    const boxes = boxesOf(formOf(box));
    if (event.shiftKey && last?.isConnected) {
      const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
      for (const between of boxes.slice(from, to + 1)) between.checked = box.checked;
    }
    last = box;
    changed(formOf(box));
  }
  if (event.target.closest("[data-choose-none]")) none(formOf(event.target));
  if (event.target.closest("[data-copy-chosen]")) copy(formOf(event.target));
});

document.addEventListener("keydown", (event) => {
  const form = document.querySelector("[data-choosing]");
  if (event.key !== "Escape" || event.defaultPrevented || !form?.querySelector("input[name=chosen]:checked")) return;
  if (document.querySelector("dialog[open], details.menu[open]") || event.target.matches("[type=search]")) return;
  none(form);
});

// Enter in a field of the list would send it.
document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-choosing]")) event.preventDefault();
});

function none(form) {
  for (const box of boxesOf(form)) box.checked = false;
  changed(form);
}

function changed(form) {
  clearTimeout(timer);
  asked?.abort();
  const bar = form.querySelector("[data-chosen-bar]");
  if (!form.querySelector("input[name=chosen]:checked")) {
    bar.hidden = true;
    return;
  }
  bar.hidden = false;
  timer = setTimeout(() => ask(form), ASK_MS);
}

async function ask(form) {
  asked = new AbortController();
  try {
    const response = await fetch(form.action, {
      method: "POST", body: new URLSearchParams(new FormData(form)), credentials: "same-origin", signal: asked.signal,
      headers: { "HX-Request": "true", "X-CSRFToken": csrfToken() },
    });
    const html = await response.text();
    if (!response.ok) return announce("toast", { text: wordsIn(html), is_bad: true });
    const place = form.querySelector("#on-images");
    place.replaceWith(parse(html));
    window.htmx.process(form.querySelector("#on-images"));
  } catch (error) {
    if (error.name !== "AbortError") announce("toast", { text: "The server did not answer. Try again.", is_bad: true });
  }
}

async function copy(form) {
  const texts = boxesOf(form).filter((box) => box.checked).map((box) => {
    const row = box.closest("li").querySelector("[data-text]");
    return (row.querySelector("details > p") ?? row.querySelector("p")).textContent;
  });
  try {
    await navigator.clipboard.writeText(texts.join("\n\n"));
    announce("toast", { text: texts.length === 1 ? "Text copied" : `${texts.length} texts copied` });
  } catch {
    announce("toast", { text: "The browser did not allow copying.", is_bad: true });
  }
}

document.addEventListener("input", ({ target }) => {
  if (target.matches("[data-percent]")) target.form.querySelector("output").textContent = `${target.value} %`;
});
