// The timeline: months stand where their images lie in the result; drag, click or step to jump.

const NAMES = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const APART = 22; // pixels between two labels
const BOTTOM = 24;

export class Scrub {
  #element; #list; #grid; #marks = []; #bubble = null; #thread = null; #target = null;

  constructor(element, grid) {
    this.#element = element;
    this.#list = element.querySelector("ol");
    this.#grid = grid;
    grid.element.dataset.scrub = this.#list ? "on" : "off";
    if (!this.#list) return;
    this.#marks = [...this.#list.children].map((item) => ({
      item, link: item.firstElementChild, month: item.dataset.month, count: Number(item.dataset.count) || 0,
    }));
    this.place();
    this.#list.addEventListener("pointerdown", (event) => this.#press(event));
    this.#list.addEventListener("pointermove", (event) => this.#drag(event));
    this.#list.addEventListener("pointerup", () => this.#release());
    this.#list.addEventListener("pointercancel", () => this.#hide());
    this.#list.addEventListener("pointerleave", () => this.#target ?? this.#hide());
    this.#list.addEventListener("click", (event) => event.preventDefault());
    this.#list.addEventListener("keydown", (event) => this.#step(event));
    this.#list.addEventListener("dragstart", (event) => event.preventDefault());
  }

  // Tops in proportion to the images, labels where there is room: years first, then months.
  place() {
    if (!this.#list) return;
    const height = this.#element.parentElement.parentElement.clientHeight - 40 - BOTTOM;
    this.#list.style.setProperty("--scrub-height", `${height}px`);
    this.#list.style.height = `${height}px`;
    const weights = this.#marks.map(({ count }) => Math.max(1, count));
    const whole = weights.reduce((a, b) => a + b, 0), room = height - 24;
    let before = 0, last = -APART, lastYear = "";
    this.#marks.forEach((mark, index) => {
      mark.top = 12 + (before / whole) * room;
      before += weights[index];
      const [year, month] = mark.month.split("-");
      const startsYear = year !== lastYear;
      const fits = mark.top - last >= APART;
      mark.item.style.top = `${mark.top}px`;
      mark.link.textContent = startsYear && index > 0 ? year : NAMES[month - 1];
      mark.link.ariaLabel = this.#title(mark);
      mark.link.tabIndex = index === 0 ? 0 : -1;
      mark.item.className = fits ? (startsYear && index > 0 ? "year" : "") : "dot";
      if (!fits && mark.top - last < 5 && mark.top - (this.#marks[index - 1]?.top ?? 0) < 5) mark.item.className = "dot tight";
      if (fits) { last = mark.top; lastYear = year; }
    });
  }

  show(month) {
    for (const mark of this.#marks) {
      const isNow = mark.month === month;
      mark.item.classList.toggle("is-now", isNow);
      mark.link.ariaCurrent = isNow ? "true" : null;
    }
  }

  #title({ month, count }) {
    const [year, number] = month.split("-");
    const name = new Date(Date.UTC(year, number - 1)).toLocaleString("en", { month: "long", timeZone: "UTC" });
    return `${name} ${year}${count ? `, ${count.toLocaleString("en")} images` : ""}`;
  }

  #nearest(event) {
    const y = event.clientY - this.#list.getBoundingClientRect().top;
    return this.#marks.reduce((a, b) => (Math.abs(b.top - y) < Math.abs(a.top - y) ? b : a));
  }

  #press(event) {
    if (event.button !== 0) return;
    event.preventDefault();
    this.#list.setPointerCapture(event.pointerId);
    this.#target = this.#nearest(event);
    this.#say(this.#target);
  }

  #drag(event) {
    const mark = this.#nearest(event);
    if (this.#target) this.#target = mark;
    this.#say(mark);
  }

  #release() {
    const mark = this.#target;
    this.#hide();
    if (mark) this.#jump(mark);
  }

  #say(mark) {
    if (!this.#bubble) {
      this.#bubble = Object.assign(document.createElement("div"), { className: "bubble" });
      this.#thread = Object.assign(document.createElement("div"), { className: "thread" });
      this.#element.append(this.#bubble, this.#thread);
    }
    const [date, count = ""] = this.#title(mark).split(", ");
    this.#bubble.replaceChildren(
      Object.assign(document.createElement("b"), { textContent: date }),
      Object.assign(document.createElement("span"), { textContent: count }),
    );
    this.#bubble.style.top = this.#thread.style.top = `${mark.top}px`;
  }

  #hide() {
    this.#target = null;
    this.#bubble?.remove();
    this.#thread?.remove();
    this.#bubble = this.#thread = null;
  }

  #jump(mark) {
    this.#grid.jump({ at: mark.link.dataset.cursor });
  }

  #step(event) {
    const index = this.#marks.findIndex(({ link }) => link === document.activeElement);
    const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    const to = by ? index + by : { Home: 0, End: this.#marks.length - 1 }[event.key];
    if (event.key === "Enter" || event.key === " ") this.#jump(this.#marks[index]);
    else if (to === undefined) return;
    const mark = this.#marks[to];
    event.preventDefault();
    event.stopPropagation();
    if (!mark) return;
    this.#marks[index].link.tabIndex = -1;
    mark.link.tabIndex = 0;
    mark.link.focus();
  }
}
