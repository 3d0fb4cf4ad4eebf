// Rating, favourite, NSFW, for deletion: shown at once, sent in order, taken back if refused.

import { announce, post, Refused } from "../http.js";

const toggles = { favourite: "is_favourite", nsfw: "is_nsfw", deletion: "is_for_deletion" };
const queues = new Map();

document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-controls] form[data-act]");
  if (!form || !event.submitter) return;
  event.preventDefault();
  say(form, event.submitter.value);
});

// Clicking a mark must not take the arrow keys from the picture.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-viewer] [data-controls] button");
  if (button && event.detail > 0) button.closest("[data-viewer]").querySelector("[data-stage]").focus();
});

// Inside the ten steps arrows move the focus; Enter and Space choose.
document.addEventListener("keydown", (event) => {
  const step = event.target.closest?.(".rate-steps [data-number]");
  const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
  if (!step || !by) return;
  event.preventDefault();
  event.stopPropagation();
  const next = Math.min(10, Math.max(1, Number(step.dataset.number) + by));
  step.parentElement.querySelector(`[data-number="${next}"]`).focus();
}, true);

document.addEventListener("images:curated", ({ detail }) => detail.images.forEach(reflect));

// As if the button for `act` in `root` had been pressed; `number` is the rating's.
export function press(root, act, number) {
  const selector = number ? `[data-number="${number}"]` : "button";
  const form = root.querySelector(`[data-controls] form[data-act="${act}"]`);
  if (form) say(form, form.querySelector(selector).value);
}

// The ten steps are one stop of the Tab key.
export function rove(root) {
  for (const steps of root.querySelectorAll(".rate-steps")) {
    const stop = steps.querySelector("[aria-checked=true]") ?? steps.firstElementChild;
    for (const button of steps.children) button.tabIndex = button === stop ? 0 : -1;
  }
}

document.addEventListener("htmx:load", ({ target }) => rove(target));

// Shows what `act` says of the image in `root` before anyone heard it; returns how it was.
export function showAct(root, act, value) {
  const before = stateOf(root.querySelector("[data-controls]"));
  reflect({ ...before, ...changed(act, value) });
  return before;
}

function say(form, value) {
  const controls = form.closest("[data-controls]");
  const id = controls.dataset.id;
  const before = showAct(controls.parentElement, form.dataset.act, value);
  const sent = (queues.get(id) ?? Promise.resolve()).then(() => send(form.action, value, before));
  queues.set(id, sent);
}

async function send(url, value, before) {
  try {
    await post(url, { value });
  } catch (error) {
    reflect(before);
    const text = error instanceof Refused ? error.message : "The server did not answer. Nothing was changed.";
    announce("toast", { text, is_bad: true });
  }
}

function changed(act, value) {
  if (act === "rating") return { rating: value ? Number(value) : null };
  return { [toggles[act]]: value === "1" };
}

function stateOf(controls) {
  const state = { id: Number(controls.dataset.id), rating: Number(controls.querySelector("[data-rating]").dataset.rating) || null };
  for (const [act, field] of Object.entries(toggles)) {
    state[field] = controls.querySelector(`[data-act="${act}"] button`).getAttribute("aria-pressed") === "true";
  }
  return state;
}

export function reflect(state) {
  for (const controls of document.querySelectorAll(`[data-controls][data-id="${Number(state.id)}"]`)) {
    for (const button of controls.querySelectorAll("[data-number]")) {
      const number = Number(button.dataset.number);
      button.classList.toggle("is-on", number <= (state.rating ?? 0));
      button.setAttribute("aria-checked", String(number === state.rating));
      button.value = number === state.rating ? "" : number;
    }
    rove(controls);
    const output = controls.querySelector("[data-rating]");
    output.dataset.rating = state.rating ?? "";
    output.textContent = state.rating ?? "–";
    for (const [act, field] of Object.entries(toggles)) {
      const button = controls.querySelector(`[data-act="${act}"] button`);
      button.setAttribute("aria-pressed", String(state[field]));
      button.value = state[field] ? "0" : "1";
    }
    const shown = controls.closest("[data-viewer], [data-image-panel]");
    shown?.toggleAttribute("data-nsfw", state.is_nsfw);
    shown?.toggleAttribute("data-deletion", state.is_for_deletion);
  }
}
