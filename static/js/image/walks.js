// From the library into culling, a slideshow or a comparison: of the selection where there is one,
// else of the result from the current image on.

import { register } from "../keys.js";

const results = () => document.getElementById("results");
const isSelecting = () => Number(document.getElementById("selection")?.dataset.count) > 0;

// The address that begins `walk` here: "cull", "slideshow" or "compare".
export function urlOf(walk) {
  const library = new URL(results().dataset.pageUrl, location.href).pathname.replace(/page\/$/, "");
  const query = new URLSearchParams(results().dataset.querystring);
  if (isSelecting()) return `${library}${walk}/?selection=${document.getElementById("selection").dataset.token}`;
  const tile = document.querySelector(".tile[tabindex='0']");
  if (tile) query.set("at", tile.dataset.cursor);
  return `${library}${walk}/?${query}`;
}

export async function begin(mode) {
  const { openLightbox } = await import("./lightbox.js");
  openLightbox(urlOf(mode), { mode });
}

document.addEventListener("click", (event) => {
  const walk = event.target.closest("[data-walk]")?.dataset.walk;
  if (!walk || !results()) return;
  event.preventDefault();
  event.target.closest("details.menu")?.removeAttribute("open");
  if (walk === "compare") location.assign(urlOf("compare"));
  else if (walk === "duel") location.assign(`${urlOf("compare")}&duel=1`);
  else begin(walk);
});

if (results()) {
  register("Library", [
    { id: "cull", run: () => void begin("cull") },
    { id: "slideshow", run: () => void begin("slideshow") },
    { id: "compare", run: () => location.assign(urlOf("compare")) },
  ]);
}
