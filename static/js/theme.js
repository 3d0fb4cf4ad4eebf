// Dark or light: follows the system until a person chooses.

import { remember } from "./cookies.js";

const root = document.documentElement;
const prefersLight = matchMedia("(prefers-color-scheme: light)");

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-theme-toggle]")) return;
  const isLight = root.dataset.theme === "light" || (root.dataset.theme === "auto" && prefersLight.matches);
  const theme = isLight ? "dark" : "light";
  root.dataset.theme = theme;
  remember("dtk_theme", theme);
});
