// The window on the result: pages come as one nears them and leave when one is far away. What left
// is kept as its height, so that the scrollbar and the place stay true; nothing near ever jumps.

import { get } from "../http.js";
import { whenBack } from "../requests.js";
import { Page } from "./page.js";
import { Pages } from "./pages.js";
import { shapeFor } from "./shape.js";

export const META = 40; // the sticky line above the tiles
const NEAR = 1.5, FAR = 3.5; // in heights of the view
const MOST_SPACE = 6_000_000; // pixels; browsers end between 10 and 33 million
const SMALLEST_FETCH = 60, LARGEST_FETCH = 100; // no more than the first page has

export class Grid extends EventTarget {
  #scroller; #url; #query; #above = spacer(); #below = spacer(); #list = new Pages();
  #isBusy = false; #isClosed = false; #generation = 0; #watcher; #top = 0; #width = 0; #room = 0;

  constructor(results, scroller) {
    super();
    this.element = results.querySelector("#grid");
    this.#scroller = scroller;
    this.#url = results.dataset.pageUrl;
    this.#query = new URLSearchParams(results.dataset.querystring);
    this.end = results.querySelector("#grid-end");
    const section = this.element.querySelector(".page");
    this.element.classList.add("is-laid");
    this.element.setAttribute("role", "grid");
    this.element.ariaMultiSelectable = "true";
    this.element.prepend(this.#above);
    this.element.append(this.#below);
    this.#begin(section);
    this.#watcher = new ResizeObserver(() => this.#resized());
    this.#watcher.observe(this.element);
    this.#watcher.observe(scroller);
  }

  close() {
    this.#isClosed = true;
    this.#watcher.disconnect();
    this.#generation += 1;
  }

  get tiles() { return this.#list.tiles; }
  get isAtStart() { return this.#list.isStart; }
  get isWhole() { return this.#list.isStart && this.#list.isEnd; }
  get #y() { return this.#scroller.scrollTop - this.#top; }

  // Asks for what the view needs, again and again until it has it.
  async ensure() {
    if (this.#isBusy || this.#isClosed || !this.element.isConnected) return;
    this.#isBusy = true;
    const generation = this.#generation;
    try {
      while (generation === this.#generation && await this.#step(generation)) { /* until satisfied */ }
    } catch (error) {
      if (error.status) this.dispatchEvent(new CustomEvent("refused", { detail: error.message }));
      else if (error instanceof TypeError) whenBack(this, () => this.ensure());
      else throw error;
    } finally {
      this.#isBusy = false;
    }
    if (generation !== this.#generation) this.ensure();
  }

  // Starts again: at `cursor` (inclusive), at an image's id, at the end, or at the start.
  async jump(params) {
    const generation = (this.#generation += 1);
    const section = await this.#fetch(params);
    if (generation !== this.#generation) return null;
    for (const page of this.#list.loaded) page.unload();
    this.#below.before(section);
    this.#begin(section);
    this.#scroller.scrollTop = params.direction === "previous" ? this.#scroller.scrollHeight : 0;
    const first = this.tiles[0];
    this.#moved();
    this.ensure();
    return first;
  }

  // Anew with the shape of now; the first visible tile stays where it is.
  relayout() {
    this.#keepPlace(() => {
      if (this.#shape().square) this.#fillRows();
      this.#list.all.forEach((_, index) => this.#list.measure(this.#shape(), index));
      for (const page of this.#list.loaded) page.draw();
    });
    this.#list.number(this.element);
    this.ensure();
  }

  // What is shown, fetched anew where it stands: the place and the focus remain.
  async refresh() {
    const generation = (this.#generation += 1);
    for (const page of this.#list.loaded) {
      const section = await this.#fetch({ at: page.cursor, size: page.count });
      if (generation !== this.#generation) return;
      if (page.isLoaded) this.#keepPlace(() => this.#replace(page, section));
    }
    if (!this.#list.all.length) this.dispatchEvent(new CustomEvent("emptied"));
    else this.ensure();
  }

  #replace(page, section) {
    const index = this.#list.all.indexOf(page), old = page.element;
    const focused = old.contains(document.activeElement) ? document.activeElement.dataset.id : null;
    page.adopt(section);
    page.dropKnown((id) => this.#list.find(id, page));
    if (page.count) {
      this.#list.measure(this.#shape(), index);
      page.draw();
      old.replaceWith(page.element);
    } else {
      old.remove();
      this.#list.all.splice(index, 1);
      this.#list.high -= 1;
    }
    this.#come(page.tiles);
    if (focused) (this.find(focused) ?? this.element).focus({ preventScroll: true });
  }

  // {tile, offset}: the first one visible and how far below the view's top it begins.
  firstVisible() {
    const y = this.#y;
    for (const { tile, top, box } of this.#list.walk()) {
      if (top + box.height > y + META) return { tile, offset: top - y };
    }
    return null;
  }

  monthAt(tile) {
    const page = this.#list.loaded.find((one) => one.tiles.includes(tile));
    return page?.blocks.find((block) => block.tiles.includes(tile));
  }

  // Whether the month's own heading stands in view, so that nobody need repeat it.
  isHeadingVisible(block) {
    return Boolean(block?.heading && !block.heading.hidden && block.heading.getBoundingClientRect().bottom > this.#scroller.getBoundingClientRect().top + META);
  }

  // {top, left, width, height, row…} of a tile in the grid, or null where it is not in the document.
  boxOf(tile) {
    for (const at of this.#list.walk()) if (at.tile === tile) return { ...at.box, top: at.top, page: at.page };
    return null;
  }

  // Whether `tile` is the first of the whole result.
  isFirst(tile) { return this.#list.isStart && this.#list.low === 0 && this.#list.all[0].tiles[0] === tile; }

  find(id) { return this.#list.find(String(id)); }

  // Tiles that touch the box {left, top, right, bottom}, in the grid's own pixels.
  *within({ left, top, right, bottom }) {
    for (const at of this.#list.walk()) {
      if (at.top > bottom) return;
      if (at.top + at.box.height > top && at.box.left < right && at.box.left + at.box.width > left) yield at.tile;
    }
  }

  // How many tiles there are from `tile` to the end of its page.
  leftFrom(tile) {
    const page = this.#list.loaded.find((one) => one.tiles.includes(tile));
    return page.count - page.tiles.indexOf(tile);
  }

  // Ends the only page where it ended before: the best rows up to there are the same ones again.
  endAfter(many) {
    const [page] = this.#list.all;
    if (many >= page.count) return;
    page.cut(many);
    this.#list.isEnd = false;
    this.#list.measure(this.#shape(), 0);
    page.draw();
    this.#settle();
  }

  // Scrolls so that `tile` begins `offset` below the view's top.
  put(tile, offset = META) {
    this.#scroller.scrollTop = this.#top + this.boxOf(tile).top - offset;
    this.#moved();
  }

  // Scrolls no further than needed to show `tile`.
  reveal(tile) {
    const { top, height } = this.boxOf(tile), y = this.#y, room = this.#room;
    if (top < y + META) this.put(tile, META);
    else if (top + height > y + room) this.put(tile, Math.max(META, room - height - 8));
  }

  scrolled() {
    this.#moved();
    this.ensure();
  }

  #begin(section) {
    const page = new Page(section);
    this.#list.all = [page];
    this.#list.low = 0;
    this.#list.high = 1;
    this.#list.isStart = !page.previous;
    this.#list.isEnd = !page.next;
    this.#look();
    this.#list.measure(this.#shape(), 0);
    if (page.next) page.trimTail(this.#shape());
    this.#list.isEnd = !page.next;
    this.#list.measure(this.#shape(), 0);
    page.draw();
    this.#settle();
    this.#come(page.tiles);
  }

  #come(tiles) {
    this.#list.number(this.element);
    this.dispatchEvent(new CustomEvent("pages", { detail: tiles }));
  }

  // Square tiles stand in columns through all pages: with another number of columns each page hands
  // on what does not fill its last row. Pages that are not in the document are forgotten for it.
  #fillRows() {
    if (this.#list.low > 0) this.#list.isStart = false;
    if (this.#list.high < this.#list.all.length) this.#list.isEnd = false;
    this.#list.all = this.#list.loaded;
    this.#list.high -= this.#list.low;
    this.#list.low = 0;
    this.#list.all.forEach((page, index) => {
      this.#list.measure(this.#shape(), index);
      const next = this.#list.all[index + 1];
      if (next) page.handOn(next);
      else if (!this.#list.isEnd) page.trimTail(this.#shape());
    });
  }

  async #step(generation) {
    const y = this.#y, room = this.#room;
    const near = [y - room * NEAR, y + room + room * NEAR], far = [y - room * FAR, y + room + room * FAR];
    this.#dropBeyond(far);
    const top = this.#list.heightOf(0, this.#list.low), bottom = top + this.#list.heightOf(this.#list.low, this.#list.high);
    if (this.#list.low === this.#list.high) return this.#reload(this.#list.indexAt(y + room / 2), generation);
    const above = top > near[0] && (this.#list.low > 0 || !this.#list.isStart);
    const below = bottom < near[1] && (this.#list.high < this.#list.all.length || !this.#list.isEnd);
    if (above && (top > y || !below)) {
      return this.#list.low > 0 ? this.#reload(this.#list.low - 1, generation) : this.#extend("previous", generation);
    }
    if (!below) return false;
    return this.#list.high < this.#list.all.length ? this.#reload(this.#list.high, generation) : this.#extend("next", generation);
  }

  #dropBeyond([from, to]) {
    let top = this.#list.heightOf(0, this.#list.low);
    while (this.#list.low < this.#list.high && top + this.#list.all[this.#list.low].height < from) {
      top += this.#list.all[this.#list.low].height;
      this.#unload(this.#list.low);
      this.#list.low += 1;
    }
    let bottom = this.#list.heightOf(0, this.#list.high);
    while (this.#list.low < this.#list.high && bottom - this.#list.all[this.#list.high - 1].height > to) {
      this.#list.high -= 1;
      bottom -= this.#list.all[this.#list.high].height;
      this.#unload(this.#list.high);
    }
    if (this.#list.low === this.#list.high) this.#list.low = this.#list.high = Math.min(this.#list.low, this.#list.all.length - 1);
    this.#forget();
    this.#settle();
  }

  #unload(index) {
    const { element } = this.#list.all[index];
    if (element.contains(document.activeElement)) this.element.focus({ preventScroll: true });
    this.#list.all[index].unload();
  }

  // Records too far away to fit into what a browser can scroll are fetched anew when needed.
  #forget() {
    let many = 0;
    if (this.#list.heightOf(0, this.#list.low) > MOST_SPACE) {
      while (this.#list.heightOf(many, this.#list.low) > MOST_SPACE / 2) many += 1;
      this.#keepPlace(() => {
        this.#list.all.splice(0, many);
        this.#list.low -= many;
        this.#list.high -= many;
        this.#list.isStart = false;
      });
    }
    if (this.#list.heightOf(this.#list.high, this.#list.all.length) > MOST_SPACE) {
      let last = this.#list.all.length;
      while (this.#list.heightOf(this.#list.high, last) > MOST_SPACE / 2) last -= 1;
      this.#list.all.length = last;
      this.#list.isEnd = false;
    }
  }

  async #reload(index, generation) {
    const { cursor, count } = this.#list.all[index];
    const section = await this.#fetch({ at: cursor, size: count });
    if (generation !== this.#generation) return false;
    this.#keepPlace(() => {
      if (this.#list.low === this.#list.high) this.#list.low = this.#list.high = index;
      const page = this.#list.all[index], isBefore = index < this.#list.low;
      page.adopt(section);
      page.dropKnown((id) => this.find(id));
      if (!page.count) {
        this.#list.all.splice(index, 1);
        if (isBefore) { this.#list.low -= 1; this.#list.high -= 1; }
        return;
      }
      this.#insert(page, index, isBefore);
    });
    return true;
  }

  async #extend(direction, generation) {
    const isNext = direction === "next";
    const edge = isNext ? this.#list.all.at(-1).lastCursor : this.#list.all[0].cursor;
    const section = await this.#fetch({ cursor: edge, direction, size: this.#fetchSize() });
    if (generation !== this.#generation) return false;
    this.#keepPlace(() => {
      const page = new Page(section);
      page.dropKnown((id) => this.find(id));
      if (isNext) this.#list.isEnd = !page.next;
      else this.#list.isStart = !page.previous;
      if (!page.count) return;
      const index = isNext ? this.#list.all.length : 0;
      this.#list.all.splice(index, 0, page);
      if (!isNext) { this.#list.low += 1; this.#list.high += 1; }
      this.#list.measure(this.#shape(), index);
      if (isNext && page.next) page.trimTail(this.#shape());
      if (!isNext && page.previous) page.trimHead(this.#shape());
      this.#insert(page, index, !isNext);
    });
    return true;
  }

  #insert(page, index, isBefore) {
    const neighbour = isBefore ? this.#list.all[this.#list.low].element : this.#below;
    for (const each of [index, index + 1]) {
      this.#list.measure(this.#shape(), each);
      if (this.#list.all[each]?.isLoaded) this.#list.all[each].draw();
    }
    neighbour.before(page.element);
    if (isBefore) this.#list.low -= 1;
    else this.#list.high += 1;
    this.#come(page.tiles);
  }

  async #fetch(params) {
    const query = new URLSearchParams(this.#query);
    for (const [name, value] of Object.entries(params)) query.set(name, value);
    const html = await get(`${this.#url}?${query}`);
    const template = document.createElement("template");
    template.innerHTML = html;
    return template.content.querySelector(".page");
  }

  // Does `change` and scrolls so that what one looks at does not move.
  #keepPlace(change) {
    const anchor = this.firstVisible();
    change();
    this.#settle();
    const box = anchor && this.boxOf(anchor.tile.isConnected ? anchor.tile : this.find(anchor.tile.dataset.id));
    if (!box) return;
    const moved = box.top - this.#y - anchor.offset;
    if (Math.abs(moved) >= 1) this.#scroller.scrollTop += moved;
  }

  #settle() {
    this.#above.style.height = `${this.#list.heightOf(0, this.#list.low)}px`;
    this.#below.style.height = `${this.#list.heightOf(this.#list.high, this.#list.all.length)}px`;
    this.end.hidden = !this.#list.isEnd;
    // While more is to come there is room for any place, so that one can be restored before it came.
    this.element.style.minHeight = this.#list.isEnd ? "" : `${this.#room * 2}px`;
  }

  #resized() {
    if (!this.element.isConnected) return;
    this.#look();
    const width = this.#shape().width;
    if (width === this.drawnWidth) {
      this.ensure();
      return;
    }
    this.drawnWidth = width;
    this.relayout();
  }

  #moved() { this.dispatchEvent(new CustomEvent("moved")); }

  #shape() { return shapeFor(this.#width); }

  // What is read from the document is read here, and not while pages come and go.
  #look() {
    this.#top = this.element.offsetTop;
    this.#room = this.#scroller.clientHeight;
    this.#width = this.element.clientWidth - parseFloat(getComputedStyle(this.element).paddingRight);
  }

  #fetchSize() {
    const { width, target } = this.#shape();
    const wanted = (width * this.#room * NEAR) / (target * target);
    return Math.round(Math.min(LARGEST_FETCH, Math.max(SMALLEST_FETCH, wanted)));
  }

}

function spacer() {
  const element = document.createElement("div");
  element.className = "spacer";
  element.ariaHidden = "true";
  return element;
}
