// What only ears need: a line that screen readers speak when it changes.

let line = null;

export function say(text) {
  if (!line) {
    line = Object.assign(document.createElement("div"), { className: "visually-hidden", role: "status" });
    document.body.append(line);
  }
  line.textContent = text;
}
