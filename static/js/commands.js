// Ctrl+K opens the palette, which comes only when it is asked for.

import { register } from "./keys.js";

export async function openPalette() {
  const { open } = await import("./palette.js");
  open();
}

document.addEventListener("click", (event) => { if (event.target.closest("[data-palette]")) openPalette(); });

register("Everywhere", [{ id: "palette", run: () => void openPalette(), whileTyping: true }], { priority: -1 });
