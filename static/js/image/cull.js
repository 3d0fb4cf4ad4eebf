// Culling: one picture, one decision, the next one is there already. What was decided is sent behind
// it, in order, and can be taken back one after the other.

import { choice, chooseFor } from "../choices.js";
import { announce, post } from "../http.js";
import { register } from "../keys.js";
import { reflect } from "../keys/marks.js";
import { barOf } from "./bar.js";
import { reflect as reflectState, showAct } from "./curate.js";

const AHEAD = 5;

export class Mode {
  name = "cull"; ahead = AHEAD; isAwake = true;
  #viewer; #bar = null; #forget; #done = []; #sent = Promise.resolve(); #isStepping = false;
  #advances = choice("advance") === "on";

  constructor(viewer) {
    this.#viewer = viewer;
    this.#forget = register("Culling", [
      { id: "keep", run: (event) => this.#once(event, () => this.keep()) },
      { id: "reject", run: (event) => this.#once(event, () => this.reject()) },
      { id: "rate", run: (event) => this.#once(event, () => this.#rate(Number(event.key) || 10)) },
      { id: "cull-undo", run: () => void this.#undo() },
      { id: "cull-advance", run: () => this.#setAdvance(!this.#advances) },
      { id: "cull-end", run: () => viewer.end() },
    ], { isActive: viewer.isListening, priority: 10 });
    this.#showBar();
  }

  // A key held down decides once; and Enter on a button is the button's.
  #once(event, act) {
    if (event.key === "Enter" && event.target.closest?.("button, a, summary, input")) return false;
    if (!event.repeat) act();
    return true;
  }

  end() {
    this.#forget();
    this.#bar?.remove();
    if (this.#done.length) announce("library:changed");
  }

  shown() { this.#tell(); }

  atEnd() {
    announce("toast", { text: `That was the last one: ${this.#said()}.` });
  }

  // As cards on a pile: to the right keeps, to the left rejects.
  swipe(direction) {
    if (direction === "next") this.reject();
    else this.keep();
  }

  tap() {}

  keep() {
    const marks = choice("keep") === "favourite" && !this.#has(".mark-favourite");
    this.#decide("kept", marks ? { act: "favourite", value: "1" } : null);
  }

  reject() {
    this.#decide("rejected", this.#has(".mark-deletion") ? null : { act: "deletion", value: "1" });
  }

  #has(selector) {
    return this.#viewer.article.querySelector(`[data-controls] ${selector}`)?.getAttribute("aria-pressed") === "true";
  }

  #rate(number) {
    const now = Number(this.#viewer.article.querySelector("[data-controls] [data-rating]").dataset.rating) || null;
    const value = now === number ? "" : String(number);
    this.#decide("rated", { act: "rating", value }, { stays: !this.#advances || !value });
  }

  // Only of what one sees: while the next picture is still on its way, nothing is decided of it.
  #decide(how, said, { stays = false } = {}) {
    if (this.#isStepping) return;
    const { article } = this.#viewer;
    const decision = { how, url: article.dataset.url, id: article.dataset.id, undo: Promise.resolve(null) };
    this.#done.push(decision);
    if (said) decision.undo = this.#send(article, said);
    if (!stays) this.#step();
    this.#tell();
  }

  async #step() {
    this.#isStepping = true;
    await this.#viewer.step("next");
    this.#isStepping = false;
  }

  // A promise of the address that takes it back.
  #send(article, { act, value }) {
    const { pathname } = new URL(article.dataset.url, location.href);
    const before = showAct(article, act, value);
    const sent = this.#sent.then(async () => {
      try {
        const { toast } = await post(`${pathname}${act}/`, { value }, { silent: ["toast"] });
        return toast?.undo_url ?? null;
      } catch (error) {
        reflectState(before);
        announce("toast", { text: error.status ? error.message : "The server did not answer: the last decision was not kept.", is_bad: true });
        return null;
      }
    });
    this.#sent = sent;
    return sent;
  }

  async #undo() {
    const decision = this.#done.pop();
    if (!decision) {
      announce("toast", { text: "Nothing is decided yet." });
      return;
    }
    this.#tell();
    const url = await decision.undo;
    if (url) {
      try {
        await post(url, {}, { silent: ["toast"] });
      } catch (error) {
        announce("toast", { text: error.status ? error.message : "The server did not answer. Try Undo again.", is_bad: true });
        if (!error.status) this.#done.push(decision);
      }
    }
    if (decision.id !== this.#viewer.article.dataset.id) await this.#viewer.visit(decision.url);
    this.#tell();
  }

  #setAdvance(isOn) {
    this.#advances = isOn;
    chooseFor("advance", isOn ? "on" : "off");
    this.#tell();
  }

  async #showBar() {
    let bar;
    try {
      bar = await barOf("cull", this.#viewer);
    } catch {
      return; // the keys and swipes work without it
    }
    if (this.#viewer.mode !== this) return;
    this.#bar = bar;
    reflect(bar);
    bar.addEventListener("click", ({ target }) => {
      const act = target.closest("[data-cull]")?.dataset.cull;
      if (act === "keep") this.keep();
      else if (act === "reject") this.reject();
      else if (act === "undo") this.#undo();
      else if (act === "advance") this.#setAdvance(!this.#advances);
      else if (act === "end") this.#viewer.end();
      if (act) this.#viewer.focusStage();
    });
    this.#viewer.host.append(bar);
    this.#tell();
  }

  #said() {
    const counts = { kept: 0, rejected: 0, rated: 0 };
    for (const { how } of this.#done) counts[how] += 1;
    return Object.entries(counts).filter(([, many]) => many).map(([how, many]) => `${many.toLocaleString("en")} ${how}`).join(", ") || "nothing decided";
  }

  #tell() {
    if (!this.#bar) return;
    const decided = new Set(this.#done.map(({ id }) => id)).size;
    const { position, total, exact } = this.#bar.dataset;
    const about = exact === "1" ? "" : "about ";
    const place = position ? Math.min(Number(total), Number(position) + this.#gone()) : decided;
    this.#bar.querySelector("[data-progress]").textContent = `${place.toLocaleString("en")} of ${about}${Number(total).toLocaleString("en")}`;
    this.#bar.querySelector("[data-said]").textContent = this.#done.length ? this.#said() : "";
    this.#bar.querySelector("[data-cull=undo]").disabled = !this.#done.length;
    this.#bar.querySelector("[data-cull=advance]").setAttribute("aria-pressed", String(this.#advances));
    this.#bar.querySelector("[data-keeps]").textContent = choice("keep") === "favourite" ? "Keep as favourite" : "Keep";
    const bar = this.#bar.querySelector("progress");
    bar.max = Math.max(1, Number(total));
    bar.value = place;
  }

  // How far from where culling began: decided ones that were left behind.
  #gone() {
    return new Set(this.#done.map(({ id }) => id).filter((id) => id !== this.#viewer.article.dataset.id)).size;
  }
}
