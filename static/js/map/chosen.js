// What is chosen on the map: the bar that counts it, and the way to the grid that shows it.

import { announce, csrfToken, failureOf, Refused, wordsIn } from "../http.js";

const MOST = 100_000; // as many as a selection of single images holds

export class Chosen {
  constructor(section, idOf, onChange) {
    this.bar = section.querySelector("[data-chosen]");
    this.url = section.dataset.selection;
    this.idOf = idOf;
    this.onChange = onChange;
    this.numbers = new Set();
    this.show = this.bar.querySelector("[data-show]");
    this.show.addEventListener("click", () => this.open());
    this.bar.querySelector("[data-clear]").addEventListener("click", () => this.set([]));
  }

  has(number) { return this.numbers.has(number); }

  set(numbers, { isMore = false } = {}) {
    if (!isMore) this.numbers.clear();
    for (const number of numbers) this.numbers.add(number);
    const count = this.numbers.size, isTooMany = count > MOST;
    this.bar.hidden = !count;
    this.bar.querySelector("[data-chosen-count]").textContent = isTooMany ? `${words(count)}: at most ${MOST.toLocaleString("en")} can be shown` : `${words(count)} chosen`;
    this.show.disabled = isTooMany;
    this.onChange();
  }

  async open() {
    const ids = [...this.numbers].map((number) => this.idOf(number));
    try {
      const response = await fetch(this.url, {
        method: "POST", body: new URLSearchParams({ ids: ids.join(",") }), credentials: "same-origin",
        headers: { "HX-Request": "true", "X-CSRFToken": csrfToken() },
      });
      if (!response.ok) throw new Refused(response.status, wordsIn(await response.text()));
      location.href = (await response.json()).url;
    } catch (error) {
      announce("toast", failureOf(error, "Nothing was chosen."));
    }
  }
}

export const words = (count) => `${count.toLocaleString("en")} image${count === 1 ? "" : "s"}`;
