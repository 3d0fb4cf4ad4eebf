// Copy buttons: `data-copy` holds the text, or is empty where it stands beside in `data-copy-text`.

import { announce } from "../http.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const text = button.dataset.copy || button.closest("section").querySelector("[data-copy-text]").textContent;
  const said = (await write(text)) ? button.dataset.copied : "The browser did not allow copying. Select the text instead.";
  announce("toast", { text: said });
});

// navigator.clipboard is missing where the page came over plain HTTP from another machine.
async function write(text) {
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch (error) {
      if (error.name !== "NotAllowedError") throw error;
    }
  }
  const field = document.createElement("textarea");
  field.value = text;
  const host = document.querySelector("dialog[open]") ?? document.body;
  const focused = document.activeElement;
  host.append(field);
  field.select();
  const isCopied = document.execCommand("copy");
  field.remove();
  focused?.focus();
  return isCopied;
}
