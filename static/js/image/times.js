// Times as this person's clock and language have them; the server writes UTC.

const format = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

export function localise(root) {
  for (const time of root.querySelectorAll(".details time")) {
    time.title = time.dateTime;
    time.textContent = format.format(new Date(time.dateTime));
  }
}

document.addEventListener("htmx:load", ({ target }) => localise(target));
