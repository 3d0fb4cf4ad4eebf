// The filmstrip: what lies around the image in the result. It outlives the image it was asked for.

import { get } from "../http.js";

const NEAR_END = 5;

export class Strip {
  #element = null;
  #asked = 0;

  // Stands in `article`, with its image in the middle.
  async show(article) {
    if (this.#element) this.#place(article);
    if (this.#reaches(article.dataset.id)) return;
    const asked = (this.#asked += 1);
    const { pathname, search } = new URL(article.dataset.url, location.href);
    const page = new DOMParser().parseFromString(await get(`${pathname}strip/${search}`), "text/html");
    if (asked !== this.#asked) return;
    this.#element?.remove();
    this.#element = document.adoptNode(page.querySelector(".viewer-strip"));
    if (article.isConnected) this.#place(article);
  }

  hide() {
    this.#asked += 1;
    this.#element?.remove();
    this.#element = null;
  }

  #place(article) {
    const strip = this.#element;
    const left = strip.scrollLeft;
    if (strip.parentElement !== article) article.append(strip);
    strip.scrollLeft = left;
    const frame = this.#frame(article.dataset.id);
    for (const other of strip.querySelectorAll("[aria-current]")) {
      other.removeAttribute("aria-current");
      other.tabIndex = -1;
    }
    if (!frame) return;
    frame.setAttribute("aria-current", "true");
    frame.tabIndex = 0; // one stop of the Tab key
    strip.scrollLeft = frame.offsetLeft - (strip.clientWidth - frame.offsetWidth) / 2;
  }

  #frame(id) { return this.#element?.querySelector(`[data-frame="${Number(id)}"]`); }

  #reaches(id) {
    const frame = this.#frame(id);
    if (!frame) return false;
    const frames = [...this.#element.children], index = frames.indexOf(frame);
    const { moreBefore, moreAfter } = this.#element.dataset;
    return (index >= NEAR_END || moreBefore === undefined) && (index < frames.length - NEAR_END || moreAfter === undefined);
  }
}
