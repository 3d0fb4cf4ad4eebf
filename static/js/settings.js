// The settings that belong to this browser: read into their controls, kept as they are changed.

import { chooseFor, choice, MOST_S } from "./choices.js";
import { recall, remember } from "./cookies.js";
import { announce } from "./http.js";
import { showKeys } from "./settings/keys.js";

const page = document.querySelector(".settings");
const GRID = { shape: ["dtk_shape", "justified"], size: ["dtk_size", "4"] };

const read = (name) => { try { return localStorage.getItem(name); } catch { return null; } };

for (const control of page.querySelectorAll("[data-choice]")) control.value = choice(control.dataset.choice);
for (const control of page.querySelectorAll("[data-grid]")) {
  const [name, usual] = GRID[control.dataset.grid];
  control.value = read(name) ?? usual;
}
for (const control of page.querySelectorAll("[data-cookie]")) control.value = recall(control.dataset.cookie) ?? "";
const theme = page.querySelector("[data-theme-choice]");
theme.value = document.documentElement.dataset.theme;
page.dataset.live = "";

page.addEventListener("change", ({ target }) => {
  if (target.matches("[data-choice]")) keepChoice(target);
  else if (target.matches("[data-grid]")) keepGrid(target);
  else if (target.matches("[data-cookie]")) remember(target.dataset.cookie, target.value);
  else if (target === theme) keepTheme();
  else return;
  announce("toast", { text: "Kept in this browser" });
});

function keepChoice(control) {
  if (control.type === "number") {
    const seconds = Math.min(MOST_S, Math.max(1, Math.round(Number(control.value)) || 5));
    control.value = seconds;
  }
  chooseFor(control.dataset.choice, control.value);
}

function keepGrid(control) {
  try { localStorage.setItem(GRID[control.dataset.grid][0], control.value); } catch { /* private mode */ }
}

function keepTheme() {
  document.documentElement.dataset.theme = theme.value;
  remember("dtk_theme", theme.value);
}

page.addEventListener("click", ({ target }) => {
  const words = target.closest("[data-suggest]")?.dataset.suggest;
  if (!words) return;
  const field = document.getElementById("nsfw-words");
  field.value = words;
  field.focus();
});

showKeys(page);
