// Going through duplicates by keys: which one to keep, merge, not duplicates, skip. The form and its
// links do the same without a script.

import { register } from "../keys.js";

const form = () => document.querySelector("[data-group]");
const radios = () => [...form().querySelectorAll("input[name=keeper]")];

function choose({ key }) {
  const all = radios(), at = all.findIndex((radio) => radio.checked);
  const next = all[(at + (key === "ArrowRight" ? 1 : -1) + all.length) % all.length];
  next.checked = true;
  next.focus({ preventScroll: true });
  next.closest(".dup").scrollIntoView({ block: "nearest" });
}

// A key held down decides once; and Enter on a button or a link is theirs.
function press(selector) {
  return (event) => {
    if (event.key === "Enter" && event.target.closest?.("button, a, summary")) return false;
    if (!event.repeat) form().querySelector(selector)?.click();
    return true;
  };
}

register("Duplicates", [
  { id: "duplicates-choose", run: choose },
  { id: "duplicates-merge", run: press("[value=merge]") },
  { id: "duplicates-dismiss", run: press("[value=dismiss]") },
  { id: "duplicates-stack", run: press("[value=stack]") },
  { id: "duplicates-skip", run: press("[data-skip]") },
  { id: "duplicates-before", run: press("[data-before]") },
  { id: "duplicates-compare", run: press("[data-compare-link]") },
], { isActive: () => Boolean(form()) && !document.querySelector("dialog[open]") });

// The next group is there: the hand stays where it was.
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (!form() || detail.target.id !== "duplicates") return;
  document.getElementById("main").scrollTop = 0;
  radios().find((radio) => radio.checked)?.focus({ preventScroll: true });
});
