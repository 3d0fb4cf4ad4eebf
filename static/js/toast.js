// Says in the past tense what happened, with Undo, long enough to be read.

import { post } from "./http.js";

const SHOWN_MS = 8000;
const MOST = 3;
const toasts = document.getElementById("toasts");

document.addEventListener("toast", ({ detail }) => show(detail));

// A modal dialog makes all outside it inert, so that the toasts move into it.
document.addEventListener("close", () => document.body.append(toasts), true);

export function show({ text, undo_url: undoUrl, undo_value: undoValue = "", is_bad: isBad = false }) {
  const host = [...document.querySelectorAll("dialog:modal")].at(-1) ?? document.body;
  if (toasts.parentElement !== host) host.append(toasts);
  const toast = document.getElementById("toast-template").content.firstElementChild.cloneNode(true);
  toast.querySelector("span").textContent = text;
  toast.classList.toggle("is-bad", isBad);
  const undo = toast.querySelector(".undo");
  undo.hidden = !undoUrl;
  undo.addEventListener("click", async () => {
    toast.remove();
    try {
      const { toast: said } = await post(undoUrl, { value: undoValue }, { silent: ["toast"] });
      show({ text: said?.is_turn ? said.text : "Undone" });
    } catch (error) {
      show({ text: error.status ? error.message : "The server did not answer. Try Undo again.", undo_url: undoUrl, undo_value: undoValue, is_bad: true });
    }
  });
  toast.querySelector(".close").addEventListener("click", () => toast.remove());
  fade(toast);
  toasts.append(toast);
  while (toasts.children.length > MOST) toasts.firstElementChild.remove();
}

function fade(toast) {
  let timer = 0;
  const start = () => { timer = setTimeout(() => toast.remove(), SHOWN_MS); };
  const stop = () => clearTimeout(timer);
  for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, stop);
  for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, () => { stop(); start(); });
  start();
}
