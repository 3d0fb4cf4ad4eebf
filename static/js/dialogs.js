// What is asked before an act: a link's page as a dialog over this one. Refused, it comes back with
// the reason; done, it closes, and the focus is where it was.

import { announce } from "./http.js";

const NEWS = ["roots:changed", "act:done"]; // of what the dialogs here do
let opener = null;

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-ask]");
  if (link && !(event.ctrlKey || event.metaKey || event.shiftKey || event.button)) {
    event.preventDefault();
    ask(link);
  }
  const dialog = event.target.closest("dialog[data-modal]");
  if (!dialog) return;
  if (event.target.closest("[data-dialog-close]")) {
    event.preventDefault();
    dialog.close();
  } else if (event.target === dialog) {
    dialog.close(); // its backdrop
  }
});

// What was refused comes back as the same form with the reason.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.xhr.status !== 422) return;
  detail.shouldSwap = true;
  detail.isError = false;
});

document.addEventListener("htmx:load", ({ target }) => {
  if (target.matches("dialog[data-modal]") && !target.open) target.showModal();
});

for (const news of NEWS) {
  document.addEventListener(news, () => {
    for (const dialog of document.querySelectorAll("dialog[data-modal][open]")) dialog.close();
  });
}

document.addEventListener("close", ({ target }) => {
  if (!target.matches("dialog[data-modal]")) return;
  target.remove();
  const menu = opener?.closest("details.menu");
  (menu?.querySelector("summary") ?? opener)?.focus();
}, true);

// `link` is where the dialog comes from; afterwards the focus goes to `from`.
export function ask(link, from = link) {
  opener = from;
  const place = document.createElement("div");
  document.body.append(place);
  return window.htmx.ajax("GET", link.href, { target: place, swap: "outerHTML" })
    .catch(() => announce("toast", { text: "The server did not answer. Try again.", is_bad: true }));
}
