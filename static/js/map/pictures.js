// Thumbnails for the map: asked for in batches once the hand rests, kept, blurred where they are NSFW.

import { Refused, wordsIn } from "../http.js";

const REST_MS = 90, MOST_AT_ONCE = 200, MOST_KEPT = 3000;

export class Pictures {
  constructor(url, onCame) {
    this.url = url;
    this.onCame = onCame;
    this.known = new Map();
    this.wanted = new Set();
    this.timer = 0;
  }

  // What is known of the image, or undefined until it came; null where it is gone.
  get(id) {
    if (!this.known.has(id) && !this.wanted.has(id)) {
      this.wanted.add(id);
      this.timer ||= setTimeout(() => this.#ask(), REST_MS);
    }
    return this.known.get(id);
  }

  async #ask() {
    const ids = [...this.wanted].slice(0, MOST_AT_ONCE);
    try {
      const response = await fetch(`${this.url}?ids=${ids.join(",")}`, { credentials: "same-origin" });
      if (!response.ok) throw new Refused(response.status, wordsIn(await response.text()));
      const found = await response.json();
      for (const id of ids) this.#keep(id, found[id]);
    } catch (error) {
      if (!(error instanceof Refused || error instanceof TypeError)) throw error;
      // The points remain; the next look at these asks again.
    }
    for (const id of ids) this.wanted.delete(id);
    this.timer = this.wanted.size ? setTimeout(() => this.#ask(), REST_MS) : 0;
    this.onCame();
  }

  #keep(id, about) {
    if (this.known.size >= MOST_KEPT) this.known.delete(this.known.keys().next().value);
    this.known.set(id, about ? { ...about, image: null } : null);
    if (!about) return;
    const image = new Image();
    image.decoding = "async";
    image.addEventListener("load", () => {
      const kept = this.known.get(id);
      if (kept) kept.image = about.is_nsfw ? blurred(image) : image;
      if (kept) kept.clear = image;
      this.onCame();
    });
    image.src = about.src;
  }
}

function blurred(image) {
  const small = new OffscreenCanvas(6, 6);
  small.getContext("2d").drawImage(image, 0, 0, 6, 6);
  return small;
}
