// The page of folders: its dialogs, and times as this person's clock has them.

import "./dialogs.js";

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

function localise() {
  for (const time of document.querySelectorAll("time[data-clock]")) {
    const when = new Date(time.dateTime);
    const isToday = when.toDateString() === new Date().toDateString();
    time.textContent = (isToday ? clock : whole).format(when);
    time.title = whole.format(when);
  }
}

document.addEventListener("htmx:load", localise);
document.addEventListener("htmx:oobAfterSwap", localise);
localise();
