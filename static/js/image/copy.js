// Copy buttons: `data-copy` holds the text, or is empty where it stands beside in `data-copy-text`.

import { write } from "../clipboard.js";
import { announce } from "../http.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const text = button.dataset.copy || button.closest("section").querySelector("[data-copy-text]").textContent;
  const said = (await write(text)) ? button.dataset.copied : "The browser did not allow copying. Select the text instead.";
  announce("toast", { text: said });
});
