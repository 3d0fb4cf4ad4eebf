// Requests that are not HTMX's own: the token, the fragment, the events that an answer names.

export const csrfToken = () => document.querySelector("meta[name=csrf-token]").content;

export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

// The fragment at `url` as text. Throws `Refused` with the server's words, TypeError when it is away.
export async function get(url, signal) {
  const response = await fetch(url, { headers: { "HX-Request": "true" }, credentials: "same-origin", signal });
  const text = await response.text();
  if (!response.ok) throw new Refused(response.status, wordsIn(text));
  return text;
}

// Posts `values`. Throws as `get` does.
export async function send(url, values) {
  const response = await fetch(url, {
    method: "POST", body: new URLSearchParams(values), credentials: "same-origin",
    headers: { "HX-Request": "true", "X-CSRFToken": csrfToken() },
  });
  if (!response.ok) throw new Refused(response.status, wordsIn(await response.text()));
  return response;
}

// Likewise; afterwards the events of HX-Trigger happen, but those named in `silent`. Returns all.
export async function post(url, values, { silent = [] } = {}) {
  const response = await send(url, values);
  if (response.headers.has("HX-Redirect")) location.assign(response.headers.get("HX-Redirect"));
  const events = JSON.parse(response.headers.get("HX-Trigger") ?? "{}");
  for (const [name, detail] of Object.entries(events)) {
    if (!silent.includes(name)) announce(name, detail);
  }
  return events;
}

// What a failed request comes to, for a toast.
export const failureOf = (error, away = "Nothing was changed.") => {
  if (!(error instanceof Refused || error instanceof TypeError)) throw error;
  return { text: error.status ? error.message : `The server did not answer. ${away}`, is_bad: true };
};

export function announce(name, detail) {
  document.body.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
}

export function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

export function wordsIn(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const words = page.querySelector("[role=alert], h1") ?? page.body;
  return words.textContent.trim().slice(0, 240) || "That did not work.";
}
