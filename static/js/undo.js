// Ctrl+Z takes the last act back and Ctrl+Y does it again, on whatever page one is.

import { announce, failureOf, post } from "./http.js";
import { register } from "./keys.js";

const home = document.getElementById("frame")?.dataset.home;

export async function turn(way) {
  if (!home) return;
  try {
    await post(`${home}history/${way}/`, {});
  } catch (error) {
    const said = failureOf(error);
    announce("toast", error.status === 404 ? { text: said.text } : said);
  }
}

if (home) {
  register("Everywhere", [
    { id: "undo", run: () => void turn("undo") },
    { id: "redo", run: () => void turn("redo") },
  ], { priority: -1 });
}
