// Marks of plots by keys and pointer: a plot is one stop of Tab, arrows go from mark to mark, and what
// a mark says floats beside it. Without a script each is a link with a title.

import { register } from "./keys.js";

const tip = document.createElement("div");
tip.className = "plot-tip";
tip.hidden = true;
document.body.append(tip);

function prepare(root) {
  for (const plot of root.querySelectorAll("[data-plot]:not([data-ready])")) {
    plot.dataset.ready = "";
    const title = plot.querySelector(":scope > title");
    if (title) {
      plot.setAttribute("aria-label", title.textContent);
      plot.removeAttribute("aria-labelledby");
      plot.setAttribute("aria-describedby", plot.querySelector(":scope > desc").id);
      title.remove();
    }
    for (const mark of plot.querySelectorAll(".mark")) {
      const said = mark.querySelector("title");
      mark.dataset.said = said.textContent;
      mark.setAttribute(mark.matches("a") ? "aria-label" : "data-label", said.textContent);
      said.remove();
    }
    plot.querySelectorAll("a.mark").forEach((mark, at) => mark.setAttribute("tabindex", at ? "-1" : "0"));
  }
}

function show(mark) {
  tip.textContent = mark.dataset.said;
  tip.hidden = false;
  const box = mark.lastElementChild.getBoundingClientRect(), own = tip.getBoundingClientRect();
  const middle = box.left + box.width / 2 - own.width / 2;
  tip.style.left = `${Math.max(6, Math.min(middle, innerWidth - own.width - 6))}px`;
  tip.style.top = `${box.top > own.height + 10 ? box.top - own.height - 6 : box.bottom + 6}px`;
}

function hide() {
  tip.hidden = true;
}

const markOf = (event) => event.target.closest?.(".mark[data-said]");

for (const [enter, leave] of [["pointerover", "pointerout"], ["focusin", "focusout"]]) {
  document.addEventListener(enter, (event) => markOf(event) && show(markOf(event)));
  document.addEventListener(leave, (event) => markOf(event) && hide());
}
document.addEventListener("scroll", hide, { capture: true, passive: true });

const STEPS = { ArrowRight: 1, ArrowLeft: -1, ArrowUp: 1, ArrowDown: -1 };

const focused = () => document.activeElement?.closest("a.mark[data-said]");

register("Dashboard", [{
  id: "plot-step",
  run: ({ key }) => {
    const mark = focused();
    const marks = [...mark.closest("[data-plot]").querySelectorAll("a.mark")];
    const next = { Home: 0, End: marks.length - 1 }[key] ?? marks.indexOf(mark) + (STEPS[key] ?? 0);
    if (!marks[next]) return;
    mark.setAttribute("tabindex", "-1");
    marks[next].setAttribute("tabindex", "0");
    marks[next].focus();
  },
}], { isActive: () => Boolean(focused()) });

document.addEventListener("keydown", ({ key }) => key === "Escape" && hide());
document.addEventListener("htmx:afterSwap", () => {
  hide();
  prepare(document);
});
prepare(document);
