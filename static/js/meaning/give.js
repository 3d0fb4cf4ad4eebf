// A picture that was dropped or pasted: to what is like it, within what is shown.

import { announce, csrfToken, failureOf, Refused, wordsIn } from "../http.js";

export async function give(file) {
  const door = document.getElementById("by-meaning"), body = new FormData();
  if (!door) return;
  body.append("picture", file, "picture");
  announce("toast", { text: "Looking at the picture…" });
  try {
    await lead(`${door.dataset.give}${location.search}`, body);
  } catch (error) {
    announce("toast", failureOf(error, "Give it again."));
  }
}

// Posts `body` and goes where the answer leads. Throws `Refused` with the server's words.
export async function lead(url, body) {
  const headers = { "HX-Request": "true", "X-Dropped": "1", "X-CSRFToken": csrfToken() };
  const response = await fetch(url, { method: "POST", body, headers, credentials: "same-origin" });
  if (!response.ok) throw new Refused(response.status, wordsIn(await response.text()));
  location.assign(response.headers.get("HX-Redirect"));
}
