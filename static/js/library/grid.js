// The window on the result: pages come as one nears them and leave when one is far away. What left
// is kept as its height, so that the scrollbar and the place stay true; nothing near ever jumps.

import { get } from "../http.js";
import { whenBack } from "../requests.js";
import { Page } from "./page.js";
import { shapeFor } from "./shape.js";

export const META = 40; // the sticky line above the tiles
const NEAR = 1.5, FAR = 3.5; // in heights of the view
const MOST_SPACE = 6_000_000; // pixels; browsers end between 10 and 33 million
const SMALLEST_FETCH = 60, LARGEST_FETCH = 100; // no more than the first page has

export class Grid extends EventTarget {
  #scroller; #url; #query; #above = spacer(); #below = spacer();
  #pages = []; #low = 0; #high = 0; #isStart = true; #isEnd = true;
  #isBusy = false; #isClosed = false; #generation = 0; #watcher; #top = 0;

  constructor(results, scroller) {
    super();
    this.element = results.querySelector("#grid");
    this.#scroller = scroller;
    this.#url = results.dataset.pageUrl;
    this.#query = new URLSearchParams(results.dataset.querystring);
    this.end = results.querySelector("#grid-end");
    const section = this.element.querySelector(".page");
    this.element.classList.add("is-laid");
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

  get tiles() { return this.#loaded.flatMap((page) => page.tiles); }
  get isAtStart() { return this.#isStart; }
  get isWhole() { return this.#isStart && this.#isEnd; }
  get #loaded() { return this.#pages.slice(this.#low, this.#high); }
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
    for (const page of this.#loaded) page.unload();
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
      this.#pages.forEach((_, index) => this.#measure(index));
      for (const page of this.#loaded) page.draw();
    });
    this.ensure();
  }

  // {tile, offset}: the first one visible and how far below the view's top it begins.
  firstVisible() {
    const y = this.#y;
    for (const { tile, top, box } of this.#walk()) {
      if (top + box.height > y + META) return { tile, offset: top - y };
    }
    return null;
  }

  monthAt(tile) {
    const page = this.#loaded.find((one) => one.tiles.includes(tile));
    return page?.blocks.find((block) => block.tiles.includes(tile));
  }

  // Whether the month's own heading stands in view, so that nobody need repeat it.
  isHeadingVisible(block) {
    return Boolean(block?.heading && !block.heading.hidden && block.heading.getBoundingClientRect().bottom > this.#scroller.getBoundingClientRect().top + META);
  }

  // {top, left, width, height, row…} of a tile in the grid, or null where it is not in the document.
  boxOf(tile) {
    for (const at of this.#walk()) if (at.tile === tile) return { ...at.box, top: at.top, page: at.page };
    return null;
  }

  // Whether `tile` is the first of the whole result.
  isFirst(tile) { return this.#isStart && this.#low === 0 && this.#pages[0].tiles[0] === tile; }

  find(id) { return this.tiles.find((tile) => tile.dataset.id === String(id)); }

  // How many tiles there are from `tile` to the end of its page.
  leftFrom(tile) {
    const page = this.#loaded.find((one) => one.tiles.includes(tile));
    return page.count - page.tiles.indexOf(tile);
  }

  // Ends the only page where it ended before: the best rows up to there are the same ones again.
  endAfter(many) {
    const [page] = this.#pages;
    if (many >= page.count) return;
    page.cut(many);
    this.#isEnd = false;
    this.#measure(0);
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
    const { top, height } = this.boxOf(tile), y = this.#y, room = this.#scroller.clientHeight;
    if (top < y + META) this.put(tile, META);
    else if (top + height > y + room) this.put(tile, Math.max(META, room - height - 8));
  }

  scrolled() {
    this.#moved();
    this.ensure();
  }

  *#walk() {
    let top = this.#heightOf(0, this.#low);
    for (const page of this.#loaded) {
      for (let i = 0; i < page.tiles.length; i += 1) {
        yield { tile: page.tiles[i], box: page.boxes[i], top: top + page.boxes[i].top, page };
      }
      top += page.height;
    }
  }

  #begin(section) {
    const page = new Page(section);
    this.#pages = [page];
    this.#low = 0;
    this.#high = 1;
    this.#isStart = !page.previous;
    this.#isEnd = !page.next;
    this.#top = this.element.offsetTop;
    this.#measure(0);
    if (page.next) page.trimTail(this.#shape());
    this.#isEnd = !page.next;
    this.#measure(0);
    page.draw();
    this.#settle();
  }

  // Square tiles stand in columns through all pages: with another number of columns each page hands
  // on what does not fill its last row. Pages that are not in the document are forgotten for it.
  #fillRows() {
    if (this.#low > 0) this.#isStart = false;
    if (this.#high < this.#pages.length) this.#isEnd = false;
    this.#pages = this.#loaded;
    this.#high -= this.#low;
    this.#low = 0;
    this.#pages.forEach((page, index) => {
      this.#measure(index);
      const next = this.#pages[index + 1];
      if (next) page.handOn(next);
      else if (!this.#isEnd) page.trimTail(this.#shape());
    });
  }

  async #step(generation) {
    const y = this.#y, room = this.#scroller.clientHeight;
    const near = [y - room * NEAR, y + room + room * NEAR], far = [y - room * FAR, y + room + room * FAR];
    this.#dropBeyond(far);
    const top = this.#heightOf(0, this.#low), bottom = top + this.#heightOf(this.#low, this.#high);
    if (this.#low === this.#high) return this.#reload(this.#indexAt(y + room / 2), generation);
    const above = top > near[0] && (this.#low > 0 || !this.#isStart);
    const below = bottom < near[1] && (this.#high < this.#pages.length || !this.#isEnd);
    if (above && (top > y || !below)) {
      return this.#low > 0 ? this.#reload(this.#low - 1, generation) : this.#extend("previous", generation);
    }
    if (!below) return false;
    return this.#high < this.#pages.length ? this.#reload(this.#high, generation) : this.#extend("next", generation);
  }

  #dropBeyond([from, to]) {
    let top = this.#heightOf(0, this.#low);
    while (this.#low < this.#high && top + this.#pages[this.#low].height < from) {
      top += this.#pages[this.#low].height;
      this.#unload(this.#low);
      this.#low += 1;
    }
    let bottom = this.#heightOf(0, this.#high);
    while (this.#low < this.#high && bottom - this.#pages[this.#high - 1].height > to) {
      this.#high -= 1;
      bottom -= this.#pages[this.#high].height;
      this.#unload(this.#high);
    }
    if (this.#low === this.#high) this.#low = this.#high = Math.min(this.#low, this.#pages.length - 1);
    this.#forget();
    this.#settle();
  }

  #unload(index) {
    const { element } = this.#pages[index];
    if (element.contains(document.activeElement)) this.element.focus({ preventScroll: true });
    this.#pages[index].unload();
  }

  // Records too far away to fit into what a browser can scroll are fetched anew when needed.
  #forget() {
    let many = 0;
    if (this.#heightOf(0, this.#low) > MOST_SPACE) {
      while (this.#heightOf(many, this.#low) > MOST_SPACE / 2) many += 1;
      this.#keepPlace(() => {
        this.#pages.splice(0, many);
        this.#low -= many;
        this.#high -= many;
        this.#isStart = false;
      });
    }
    if (this.#heightOf(this.#high, this.#pages.length) > MOST_SPACE) {
      let last = this.#pages.length;
      while (this.#heightOf(this.#high, last) > MOST_SPACE / 2) last -= 1;
      this.#pages.length = last;
      this.#isEnd = false;
    }
  }

  async #reload(index, generation) {
    const { cursor, count } = this.#pages[index];
    const section = await this.#fetch({ at: cursor, size: count });
    if (generation !== this.#generation) return false;
    this.#keepPlace(() => {
      if (this.#low === this.#high) this.#low = this.#high = index;
      const page = this.#pages[index], isBefore = index < this.#low;
      page.adopt(section);
      page.dropKnown((id) => this.find(id));
      if (!page.count) {
        this.#pages.splice(index, 1);
        if (isBefore) { this.#low -= 1; this.#high -= 1; }
        return;
      }
      this.#insert(page, index, isBefore);
    });
    return true;
  }

  async #extend(direction, generation) {
    const isNext = direction === "next";
    const edge = isNext ? this.#pages.at(-1).lastCursor : this.#pages[0].cursor;
    const section = await this.#fetch({ cursor: edge, direction, size: this.#fetchSize() });
    if (generation !== this.#generation) return false;
    this.#keepPlace(() => {
      const page = new Page(section);
      page.dropKnown((id) => this.find(id));
      if (isNext) this.#isEnd = !page.next;
      else this.#isStart = !page.previous;
      if (!page.count) return;
      const index = isNext ? this.#pages.length : 0;
      this.#pages.splice(index, 0, page);
      if (!isNext) { this.#low += 1; this.#high += 1; }
      this.#measure(index);
      if (isNext && page.next) page.trimTail(this.#shape());
      if (!isNext && page.previous) page.trimHead(this.#shape());
      this.#insert(page, index, !isNext);
    });
    return true;
  }

  #insert(page, index, isBefore) {
    const neighbour = isBefore ? this.#pages[this.#low].element : this.#below;
    neighbour.before(page.element);
    if (isBefore) this.#low -= 1;
    else this.#high += 1;
    for (const each of [index, index + 1]) {
      this.#measure(each);
      this.#pages[each]?.isLoaded && this.#pages[each].draw();
    }
    this.dispatchEvent(new CustomEvent("pages"));
  }

  #measure(index) {
    const page = this.#pages[index];
    if (!page) return;
    const before = this.#pages[index - 1];
    page.measure(this.#shape(), this.#isEnd && index === this.#pages.length - 1, before?.lastMonth);
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
    if (!anchor?.tile.isConnected) return;
    const moved = this.boxOf(anchor.tile).top - this.#y - anchor.offset;
    if (Math.abs(moved) >= 1) this.#scroller.scrollTop += moved;
  }

  #settle() {
    this.#above.style.height = `${this.#heightOf(0, this.#low)}px`;
    this.#below.style.height = `${this.#heightOf(this.#high, this.#pages.length)}px`;
    this.end.hidden = !this.#isEnd;
    // While more is to come there is room for any place, so that one can be restored before it came.
    this.element.style.minHeight = this.#isEnd ? "" : `${this.#scroller.clientHeight * 2}px`;
  }

  #resized() {
    if (!this.element.isConnected) return;
    this.#top = this.element.offsetTop;
    const width = this.#shape().width;
    if (width === this.drawnWidth) {
      this.ensure();
      return;
    }
    this.drawnWidth = width;
    this.relayout();
  }

  #moved() { this.dispatchEvent(new CustomEvent("moved")); }

  #shape() {
    const style = getComputedStyle(this.element);
    return shapeFor(this.element.clientWidth - parseFloat(style.paddingRight));
  }

  #fetchSize() {
    const { width, target } = this.#shape();
    const wanted = (width * this.#scroller.clientHeight * NEAR) / (target * target);
    return Math.round(Math.min(LARGEST_FETCH, Math.max(SMALLEST_FETCH, wanted)));
  }

  #heightOf(from, to) {
    let sum = 0;
    for (let i = from; i < to; i += 1) sum += this.#pages[i].height;
    return sum;
  }

  #indexAt(y) {
    let top = 0;
    for (let i = 0; i < this.#pages.length; i += 1) {
      top += this.#pages[i].height;
      if (top > y) return i;
    }
    return this.#pages.length - 1;
  }
}

function spacer() {
  const element = document.createElement("div");
  element.className = "spacer";
  element.ariaHidden = "true";
  return element;
}
