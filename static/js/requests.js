// HTMX's requests: the token on the way out; on the way back, what failed is said and tried again.

import { announce, csrfToken, wordsIn } from "./http.js";

const FIRST_WAIT_MS = 1500;
const LONGEST_WAIT_MS = 15000;
const waiting = new Map();
let wait = 0;

document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.verb !== "get") detail.headers["X-CSRFToken"] = csrfToken();
});

// What asks again and again rests while nobody looks.
document.addEventListener("htmx:beforeRequest", (event) => {
  const { elt, requestConfig } = event.detail;
  const isPoll = !requestConfig.triggeringEvent && elt.getAttribute("hx-trigger")?.includes("every ");
  if (document.hidden && isPoll) event.preventDefault();
});

document.addEventListener("htmx:responseError", ({ detail }) => {
  announce("toast", { text: wordsIn(detail.xhr.responseText), is_bad: true });
});

for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, ({ detail }) => {
    const { elt, requestConfig } = detail;
    if (requestConfig.verb !== "get") {
      announce("toast", { text: "The server did not answer. Nothing was changed.", is_bad: true });
      return;
    }
    whenBack(elt, () => elt.isConnected && window.htmx.ajax("GET", requestConfig.path, { source: elt }));
  });
}

// Shows that the server is away, and calls `again` once it answers; one call for each `key`.
export function whenBack(key, again) {
  waiting.set(key, again);
  if (wait) return;
  document.getElementById("unreachable")?.removeAttribute("hidden");
  wait = FIRST_WAIT_MS;
  setTimeout(knock, wait);
}

async function knock() {
  const door = document.querySelector(".status-line")?.getAttribute("hx-get") ?? location.href;
  try {
    await fetch(door, { headers: { "HX-Request": "true" }, cache: "no-store" });
  } catch {
    wait = Math.min(wait * 1.6, LONGEST_WAIT_MS);
    setTimeout(knock, wait);
    return;
  }
  wait = 0;
  document.getElementById("unreachable").hidden = true;
  const calls = [...waiting.values()];
  waiting.clear();
  for (const call of calls) call();
}
