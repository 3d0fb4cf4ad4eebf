// Who looks at an image for two seconds has viewed it; who flips through has not.

import { csrfToken } from "../http.js";

const LOOKED_MS = 2000, GATHERED_MS = 1500;
const MOST = 50;
const waiting = new Map(); // ids by the address that takes them
let looking = 0, sending = 0;

document.addEventListener("image:shown", ({ detail }) => {
  clearTimeout(looking);
  looking = setTimeout(look, LOOKED_MS, detail);
});
document.addEventListener("image:closed", () => clearTimeout(looking));

// Nobody looks at a page behind another one.
function look(detail) {
  if (document.hidden) {
    document.addEventListener("visibilitychange", () => { looking = setTimeout(look, LOOKED_MS, detail); }, { once: true });
    return;
  }
  const { pathname } = new URL(detail.url, location.href);
  const door = pathname.replace(/images\/\d+\/$/, "viewed/");
  waiting.set(door, (waiting.get(door) ?? new Set()).add(detail.id));
  if (waiting.get(door).size >= MOST) send();
  else sending ||= setTimeout(send, GATHERED_MS);
}

function send() {
  clearTimeout(sending);
  sending = 0;
  for (const [door, ids] of waiting) {
    const body = new URLSearchParams({ ids: [...ids].join(","), csrfmiddlewaretoken: csrfToken() });
    navigator.sendBeacon(door, body); // arrives also while the page goes away
  }
  waiting.clear();
}

addEventListener("pagehide", send);
