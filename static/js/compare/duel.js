// Which is better: the winner stays, the loser goes, the next challenger's picture is decoded already.

import { announce } from "../http.js";

export class Duel {
  #article; #doors; #isChosen = false;

  constructor(article, doors) {
    this.#article = article;
    this.#doors = doors;
    for (const link of article.querySelectorAll("[data-wins], [data-skip]")) {
      link.addEventListener("click", (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        if (link.dataset.wins) this.choose(link.dataset.wins === "left" ? -1 : 1);
        else this.skip();
      });
    }
    const challenger = article.querySelector("[data-challenger]")?.dataset.challenger;
    if (challenger) Object.assign(new Image(), { src: challenger }).decode().catch(() => {}); // told when it is shown
  }

  get #isOpen() { return !this.#isChosen && this.#article.querySelector("[data-wins]") !== null; }

  // -1 says the left one, 1 the right one. False where there is nothing to choose.
  choose(side) {
    if (!this.#isOpen) return false;
    const panes = [...this.#article.querySelectorAll("[data-pane]")];
    const winner = panes[side < 0 ? 0 : 1], loser = panes[side < 0 ? 1 : 0];
    winner.classList.add("is-active");
    this.#doors.reject(loser.dataset.id);
    this.#leave(this.#article.querySelector(`[data-wins=${side < 0 ? "left" : "right"}]`));
    return true;
  }

  skip() {
    const link = this.#article.querySelector("[data-skip]");
    if (!this.#isOpen || !link) return false;
    this.#leave(link);
    return true;
  }

  async #leave(link) {
    this.#isChosen = true;
    try {
      await this.#doors.go(link.getAttribute("href"));
    } catch (error) {
      this.#isChosen = false;
      announce("toast", { text: error.status ? error.message : "The server did not answer. Choose again.", is_bad: true });
    }
  }
}
