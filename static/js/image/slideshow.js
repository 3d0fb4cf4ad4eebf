// The slideshow: each picture for a while, each video to its end, then the next one.

import { choice, chooseFor, interval, MOST_S } from "../choices.js";
import { announce } from "../http.js";
import { register } from "../keys.js";
import { reflect } from "../keys/marks.js";
import { barOf } from "./bar.js";

const STEPS_S = [1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 45, 60, 90, MOST_S];

export class Mode {
  name = "slideshow"; ahead = 3; isAwake = false;
  #viewer; #bar = null; #forget; #timer = 0; #listening = null; #isPaused = false; #first; #seconds = interval(); #isWide = false;

  constructor(viewer) {
    this.#viewer = viewer;
    this.#first = viewer.article.dataset.url;
    this.#forget = register("Slideshow", [
      { id: "show-pause", run: (event) => this.#pressed(event) },
      { id: "show-shuffle", run: () => this.#shuffle() },
      { id: "show-slower", run: () => this.#pace(1) },
      { id: "show-faster", run: () => this.#pace(-1) },
      { id: "show-full", run: () => this.#full() },
      { id: "show-end", run: () => viewer.end() },
    ], { isActive: viewer.isListening, priority: 10 });
    this.#showBar();
  }

  shown(article) {
    this.#stop();
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    const video = article.querySelector("[data-video]");
    if (!video) {
      this.#wait();
      return;
    }
    video.loop = false;
    video.addEventListener("ended", () => this.#on(), { signal });
    video.addEventListener("error", () => this.#wait(), { signal });
    if (!this.#isPaused) play(video, () => this.#wait());
  }

  end() {
    this.#stop();
    this.#forget();
    this.#bar?.remove();
    const { video } = this.#viewer;
    video?.pause();
    if (this.#isWide && document.fullscreenElement) document.exitFullscreen();
  }

  // Around again, so that a frame on a shelf never stands still.
  atEnd() {
    if (this.#viewer.article.dataset.url === this.#first) this.#wait();
    else this.#viewer.visit(this.#first);
  }

  tap() {
    this.#viewer.article.classList.toggle("is-idle");
  }

  #on() {
    if (!this.#isPaused) this.#viewer.step("next");
  }

  #wait() {
    this.#stopTimer();
    if (this.#isPaused) return;
    this.#timer = setTimeout(() => this.#on(), this.#seconds * 1000);
    this.#run();
  }

  #stop() {
    this.#stopTimer();
    this.#listening?.abort();
  }

  #stopTimer() {
    clearTimeout(this.#timer);
    for (const animation of this.#line?.getAnimations() ?? []) animation.cancel();
  }

  get #line() { return this.#bar?.querySelector("[data-line]"); }

  #run() {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    this.#line?.animate([{ scale: "0 1" }, { scale: "1 1" }], { duration: this.#seconds * 1000, fill: "forwards" });
  }

  #pressed({ target }) {
    if (target.closest?.("button, a, input, summary")) return false;
    this.#pause();
    return true;
  }

  #pause() {
    this.#isPaused = !this.#isPaused;
    const { video } = this.#viewer;
    if (video) {
      if (this.#isPaused) video.pause();
      else play(video, () => this.#wait());
    } else if (this.#isPaused) this.#stopTimer();
    else this.#wait();
    this.#tell();
  }

  #pace(by) {
    const now = STEPS_S.findIndex((seconds) => seconds >= this.#seconds);
    this.#seconds = STEPS_S[Math.min(STEPS_S.length - 1, Math.max(0, (now < 0 ? STEPS_S.length - 1 : now) + by))];
    chooseFor("interval", String(this.#seconds));
    if (!this.#viewer.video) this.#wait();
    this.#tell();
  }

  // The same result in an order of its own; again, the order it had.
  #shuffle() {
    const url = new URL(this.#viewer.article.dataset.url, location.href);
    if (url.searchParams.get("sort") === "random") {
      url.searchParams.delete("sort");
      url.searchParams.delete("seed");
      const { sort } = this.#before ?? {};
      if (sort) url.searchParams.set("sort", sort);
    } else {
      this.#before = { sort: url.searchParams.get("sort") };
      url.searchParams.set("sort", "random");
      url.searchParams.set("seed", String(Math.floor(Math.random() * 2 ** 31)));
    }
    chooseFor("shuffle", url.searchParams.get("sort") === "random" ? "on" : "off");
    this.#first = url.pathname + url.search;
    this.#viewer.visit(this.#first).then(() => this.#tell());
  }

  #before = null;

  async #full() {
    try {
      if (document.fullscreenElement) await document.exitFullscreen();
      else await this.#viewer.host.requestFullscreen();
      this.#isWide = Boolean(document.fullscreenElement);
    } catch {
      announce("toast", { text: "This browser does not allow full screen here." });
    }
    this.#tell();
  }

  async #showBar() {
    let bar;
    try {
      bar = await barOf("slideshow", this.#viewer);
    } catch {
      return; // it runs without it
    }
    if (this.#viewer.mode !== this) return;
    this.#bar = bar;
    reflect(bar);
    bar.addEventListener("click", ({ target }) => {
      const act = target.closest("[data-show]")?.dataset.show;
      if (act === "pause") this.#pause();
      else if (act === "previous" || act === "next") this.#viewer.step(act);
      else if (act === "shuffle") this.#shuffle();
      else if (act === "slower") this.#pace(1);
      else if (act === "faster") this.#pace(-1);
      else if (act === "full") this.#full();
      else if (act === "end") this.#viewer.end();
    });
    this.#viewer.host.append(bar);
    this.#tell();
    if (choice("shuffle") === "on" && !this.#viewer.article.dataset.url.includes("sort=random")) this.#shuffle();
    else if (!this.#viewer.video && this.#timer) this.#wait();
  }

  #tell() {
    if (!this.#bar) return;
    const find = (name) => this.#bar.querySelector(`[data-show=${name}]`);
    this.#bar.toggleAttribute("data-paused", this.#isPaused);
    find("pause").setAttribute("aria-label", this.#isPaused ? "Go on" : "Pause");
    find("shuffle").setAttribute("aria-pressed", String(this.#viewer.article.dataset.url.includes("sort=random")));
    find("full").setAttribute("aria-pressed", String(Boolean(document.fullscreenElement)));
    this.#bar.querySelector("[data-seconds]").textContent = `${this.#seconds} s`;
  }
}

// With its sound where the browser lets it, else without.
async function play(video, otherwise) {
  try {
    await video.play();
  } catch {
    video.muted = true;
    video.play().catch(otherwise);
  }
}
