// New images while one looks: a pill says how many. Nothing moves, but where the grid is not full yet.

import { parse } from "../http.js";

const ASK_MS = 8000, ASK_SOON_MS = 2000;
const FULL = 60;
let timer = 0;

export function watch(grid, results) {
  clearTimeout(timer);
  const pill = results.querySelector("#pill");
  const { querystring } = results.dataset;
  const isFilling = () => grid.isWhole && grid.tiles.length < FULL;
  const soon = () => { timer = setTimeout(ask, isFilling() ? ASK_SOON_MS : ASK_MS); };

  async function ask() {
    if (!results.isConnected) return;
    if (document.visibilityState === "visible" && !document.querySelector("dialog[open]")) await look();
    if (results.isConnected) soon();
  }

  async function look() {
    const { newUrl, newestId } = results.dataset;
    const query = new URLSearchParams(querystring);
    query.set("since", newestId);
    let response;
    try {
      response = await fetch(`${newUrl}?${query}`, { headers: { "HX-Request": "true" } });
    } catch (error) {
      if (error instanceof TypeError) return; // away; the status line says so
      throw error;
    }
    if (response.status !== 200) return;
    if (isFilling() && isUntouched()) refresh();
    else pill.replaceChildren(parse(await response.text()));
  }
  // Sizes, prompts and thumbnails have come: shown at once where nobody is under way in the list.
  function ended() {
    if (!results.isConnected) document.removeEventListener("jobs:ended", ended);
    else if (isUntouched()) refresh();
  }

  const isUntouched = () => document.getElementById("main").scrollTop < 8
    && !document.activeElement?.closest(".tile") && !document.querySelector("dialog[open]");

  const refresh = () => window.htmx.ajax("GET", location.pathname + querystring, { target: "#results", swap: "outerHTML" });

  document.addEventListener("jobs:ended", ended);
  soon();
}
