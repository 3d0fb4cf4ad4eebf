// One zoom for several stages of one size: the first picture's rules hold, the others follow.

import { watchGestures } from "../image/gestures.js";
import { Zoom } from "../image/zoom.js";

export class SharedZoom {
  #zoom; #stages; #article; #watching = new AbortController();

  constructor(article, panes) {
    const { signal } = this.#watching;
    this.#article = article;
    this.#stages = panes.map((pane) => pane.querySelector("[data-stage]"));
    const [first] = this.#stages;
    this.#zoom = new Zoom(first, first.querySelector("[data-picture]"), () => this.#follow());
    for (const stage of this.#stages) {
      watchGestures(stage, this.#over(stage), { onStep() {}, onClose() {}, onTap() {}, isLightbox: () => false, signal });
      stage.querySelector("img")?.addEventListener("load", () => this.#zoom.refit(), { signal });
    }
    const watch = new ResizeObserver(() => this.#zoom.refit());
    watch.observe(first);
    signal.addEventListener("abort", () => watch.disconnect());
  }

  in() { this.#zoom.in(); }
  out() { this.#zoom.out(); }
  toggleActual() { this.#zoom.toggleActual(); }
  refit() { this.#zoom.refit(); }
  end() { this.#watching.abort(); }

  // The same zoom as seen from another stage: only its points are its own.
  #over(stage) {
    const zoom = this.#zoom;
    return {
      get isZoomed() { return zoom.isZoomed; },
      get canPan() { return zoom.canPan; },
      by: (...args) => zoom.by(...args),
      toggleActual: (point) => zoom.toggleActual(point),
      pan: (dx, dy) => zoom.pan(dx, dy),
      throw: (vx, vy) => zoom.throw(vx, vy),
      stop: () => zoom.stop(),
      point(clientX, clientY) {
        const box = stage.getBoundingClientRect();
        return { x: clientX - box.left, y: clientY - box.top };
      },
    };
  }

  #follow() {
    if (!this.#zoom) return;
    const { transform } = this.#stages[0].querySelector("[data-picture]").style;
    for (const stage of this.#stages.slice(1)) stage.querySelector("[data-picture]").style.transform = transform;
    this.#article.classList.toggle("can-pan", this.#zoom.canPan);
    this.#article.classList.toggle("is-magnified", this.#zoom.isZoomed && this.#zoom.percent >= 300);
  }
}
