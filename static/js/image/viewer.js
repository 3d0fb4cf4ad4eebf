// One image in its stage with everything around it; the same in the lightbox and on the image's page.

import { isRevealedAtFirst, remember } from "../cookies.js";
import { announce } from "../http.js";
import { reflect } from "../keys/marks.js";
import { press, rove } from "./curate.js";
import { watchGestures } from "./gestures.js";
import { keep, load, loadAround, stepUrl } from "./loader.js";
import { begin } from "./modes.js";
import { Strip } from "./strip.js";
import { localise } from "./times.js";
import "./viewed.js";
import { Zoom } from "./zoom.js";

const IDLE_MS = 1500;
const MOST_PENDING = 3;

// False where the browser cannot show it; a decode that was given up for another says nothing of it.
async function isDecoded(image) {
  try {
    await image.decode();
    return true;
  } catch {
    return !image.complete || image.naturalWidth > 0;
  }
}

// The EXIF block of a WebP turns the picture, by its specification; browsers do not look at it.
function liesOnItsSide(image) {
  const { naturalWidth, naturalHeight } = image;
  const [wide, tall] = ["width", "height"].map((name) => Number(image.getAttribute(name)));
  return wide !== tall && naturalWidth === tall && naturalHeight === wide;
}

export class Viewer {
  #host; #options; #article; #zoom; #listening; #steps = Promise.resolve(); #pending = 0; #idle = 0;
  #isRevealed = isRevealedAtFirst(); #strip = new Strip(); #hasStrip = false; #mode = null;

  // `host` is the element whose child the article is.
  constructor(host, options) {
    this.#host = host;
    this.#options = options;
    host.addEventListener("pointermove", () => this.#wake());
    host.addEventListener("focusin", () => this.#wake());
    host.addEventListener("click", (event) => this.#clicked(event));
    host.addEventListener("change", (event) => {
      if (event.target.matches("[data-reveal]")) this.#isRevealed = event.target.checked;
    });
    new ResizeObserver(() => this.#zoom?.refit()).observe(host);
  }

  get article() { return this.#article; }
  get host() { return this.#host; }
  get mode() { return this.#mode; }
  get zoom() { return this.#zoom; }

  show(article) {
    const focus = this.#article ? this.#focusWithin(article) : null;
    const hadDetails = this.#article?.classList.contains("has-details");
    this.#listening?.abort();
    this.#listening = new AbortController();
    this.#article?.querySelector("[data-picture]").removeAttribute("style");
    article.classList.add("is-live");
    article.classList.toggle("is-lightbox", this.#options.isLightbox);
    article.classList.toggle("has-details", hadDetails ?? this.#wantsDetails());
    if (article.parentElement !== this.#host) {
      if (this.#article) this.#article.replaceWith(article);
      else this.#host.append(article);
      window.htmx?.process(article);
    }
    this.#article = article;
    keep(article.dataset.url, article);
    this.#prepare(article);
    focus?.focus({ preventScroll: true });
    this.#wake();
    document.title = article.getAttribute("aria-label");
    announce("image:shown", { id: Number(article.dataset.id), url: article.dataset.url });
    this.#mode?.shown(article);
    loadAround(article, this.#mode?.ahead);
    if (this.#hasStrip) this.#showStrip();
  }

  // Culls or shows by itself from here on; asked again, or for the other one, that ends first.
  async start(name) {
    if (!this.#options.isLightbox) return this.#options.onStart(name, this.#article);
    const before = this.#mode?.name;
    this.end();
    if (before === name) return;
    const mode = await begin(name, this);
    if (!mode || !this.#host.open) return;
    this.#mode = mode;
    this.#host.dataset.mode = name;
    mode.shown(this.#article);
    this.#zoom.refit();
    loadAround(this.#article, mode.ahead);
  }

  end() {
    const mode = this.#mode;
    this.#mode = null;
    delete this.#host.dataset.mode;
    mode?.end();
    this.#zoom?.refit();
    this.#wake();
  }

  // To the image with this address, as a step goes, after those that were asked for before.
  visit(url) {
    this.#steps = this.#steps.then(() => this.#go(url));
    return this.#steps;
  }

  // Steps wait for each other, so that holding the key runs as fast as images come and no faster.
  step(direction) {
    if (this.#pending >= MOST_PENDING) return this.#steps;
    this.#pending += 1;
    this.#steps = this.#steps.then(() => this.#go(stepUrl(this.#article, direction), direction)).finally(() => { this.#pending -= 1; });
    return this.#steps;
  }

  focusStage() { this.#article.querySelector("[data-stage]").focus({ preventScroll: true }); }

  say(act, number) { press(this.#article, act, number); }

  toggleDetails() {
    const isOpen = this.#article.classList.toggle("has-details");
    remember(this.#cookie, isOpen ? "open" : "closed");
    this.#reflectDetails();
    this.#zoom.refit();
  }

  toggleStrip() {
    this.#hasStrip = !this.#hasStrip;
    if (this.#hasStrip) {
      this.#showStrip();
    } else {
      this.#strip.hide();
      this.#reflectStrip();
    }
  }

  toggleReveal() {
    const box = this.#article.querySelector("[data-reveal]");
    box.checked = !box.checked;
    this.#isRevealed = box.checked;
  }

  get video() { return this.#article.querySelector("[data-video]"); }

  close() { this.#options.onClose(this.#article); }

  async #go(url, direction) {
    if (!url) {
      if (direction === "next" && this.#mode?.atEnd) this.#mode.atEnd();
      else this.#edge(direction);
      return;
    }
    try {
      const article = await load(url);
      if (this.#host.open === false) return; // the lightbox was closed meanwhile
      this.show(article);
      history.replaceState(history.state, "", article.dataset.url);
    } catch (error) {
      announce("toast", { text: error.message, is_bad: true });
    }
  }

  // At the end of the result the picture leans against the edge instead of doing nothing.
  #edge(direction) {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const lean = direction === "next" ? "-14px" : "14px";
    this.#article.querySelector("[data-picture]").animate(
      [{ translate: "0" }, { translate: lean }, { translate: "0" }], { duration: 180, easing: "ease-out" });
  }

  #prepare(article) {
    const stage = article.querySelector("[data-stage]");
    const original = article.querySelector("[data-original]");
    const video = article.querySelector("[data-video]");
    const signal = this.#listening.signal;
    for (const tool of article.querySelectorAll("[data-toggle-details], [data-toggle-strip], [data-start], [data-region]")) tool.hidden = false;
    article.querySelector("[data-zoom]").hidden = Boolean(video);
    article.querySelector("[data-reveal]").checked = this.#isRevealed;
    localise(article);
    rove(article);
    reflect(article);
    this.#reflectDetails();
    this.#zoom = new Zoom(stage, article.querySelector("[data-picture]"), () => this.#reflectZoom(), { isFixed: Boolean(video) });
    this.#zoom.fit();
    watchGestures(stage, this.#zoom, {
      onStep: (direction) => (this.#mode?.swipe ? this.#mode.swipe(direction) : this.step(direction)),
      onClose: () => { if (this.#options.isLightbox) this.close(); },
      onTap: () => (this.#mode?.tap ? this.#mode.tap() : article.classList.toggle("is-idle")),
      isLightbox: () => this.#options.isLightbox,
      signal,
    });
    article.querySelector(".viewer-thumbnail").addEventListener("error", (event) => { event.target.hidden = true; }, { signal });
    video?.addEventListener("error", () => this.#tellBroken(article), { signal });
    if (original) this.#showOriginal(article, original);
  }

  // A copy, made by us, stands in where a browser refuses the file or leaves it lying on its side.
  async #showOriginal(article, original) {
    const isShown = await isDecoded(original);
    const copy = original.dataset.fallback;
    if (copy && (!isShown || liesOnItsSide(original))) {
      delete original.dataset.fallback;
      // A copy that cannot be made is answered with a drawing that says so.
      const isMade = await fetch(copy).then(({ ok }) => ok, () => false);
      if (isMade) original.src = copy;
      if (!isMade || !await isDecoded(original)) return this.#tellBroken(article);
      article.querySelector("[data-as-copy]").hidden = isShown;
    } else if (!isShown) {
      return this.#tellBroken(article);
    }
    original.classList.add("is-ready");
    if (article === this.#article) this.#zoom.refit();
  }

  // Unless something else says why already.
  #tellBroken(article) {
    article.querySelector("[data-broken]").hidden = Boolean(article.querySelector(".viewer-note:not([data-broken], [data-as-copy])"));
  }

  #clicked(event) {
    const step = event.target.closest("[data-step]");
    const isPlain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.button);
    if (step && isPlain) {
      event.preventDefault();
      this.step(step.dataset.step);
    } else if (event.target.closest("[data-close]") && isPlain && this.#options.isLightbox) {
      event.preventDefault();
      this.close();
    } else if (event.target.closest("[data-frame], [data-open-image]") && isPlain) {
      event.preventDefault();
      this.#go(event.target.closest("a").getAttribute("href"));
    } else if (event.target.closest("[data-toggle-strip]")) {
      this.toggleStrip();
    } else if (event.target.closest("[data-toggle-details]")) {
      this.toggleDetails();
    } else if (event.target.closest("[data-zoom]")) {
      this.#zoom.toggleActual();
    } else if (event.target.closest("[data-region]")) {
      import("../meaning/region.js").then(({ begin }) => begin(this));
    } else if (event.target.closest("[data-start]")) {
      this.start(event.target.closest("[data-start]").dataset.start);
    }
  }

  #focusWithin(article) {
    const focused = document.activeElement;
    if (!this.#article.contains(focused)) return null;
    const step = focused.dataset.step && article.querySelector(`[data-step=${focused.dataset.step}]`);
    return step || article.querySelector("[data-stage]");
  }

  #wake() {
    this.#article?.classList.remove("is-idle");
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      const busy = this.#article.querySelector(".viewer-chrome:focus-within, .viewer-chrome:hover, .viewer-details:focus-within");
      if (!busy && !this.#mode?.isAwake && this.#options.isLightbox) this.#article.classList.add("is-idle");
    }, IDLE_MS);
  }

  async #showStrip() {
    this.#reflectStrip();
    try {
      await this.#strip.show(this.#article);
    } catch (error) {
      announce("toast", { text: error.message, is_bad: true });
    }
    this.#zoom.refit();
  }

  #reflectStrip() {
    this.#article.querySelector("[data-toggle-strip]").setAttribute("aria-pressed", String(this.#hasStrip));
    this.#zoom.refit();
  }

  #reflectZoom() {
    this.#article.classList.toggle("is-zoomed", this.#zoom.isZoomed);
    this.#article.classList.toggle("can-pan", this.#zoom.canPan);
    this.#article.classList.toggle("is-magnified", this.#zoom.isZoomed && this.#zoom.percent >= 300);
    this.#article.querySelector("[data-zoom-value]").textContent = this.#zoom.isZoomed ? `${this.#zoom.percent} %` : "Fit";
  }

  #reflectDetails() {
    const isOpen = this.#article.classList.contains("has-details");
    this.#article.querySelector("[data-toggle-details]").setAttribute("aria-pressed", String(isOpen));
    this.#article.querySelector("[data-viewer-details]").inert = !isOpen;
  }

  get #cookie() { return this.#options.isLightbox ? "dtk_lightbox_details" : "dtk_page_details"; }

  #wantsDetails() {
    const kept = document.cookie.match(new RegExp(`(?:^|; )${this.#cookie}=(\\w+)`))?.[1];
    return kept ? kept === "open" : !this.#options.isLightbox;
  }
}
