// One page of the result: what is known of it also while its tiles are not in the document.

import { HEADING, columns, layOut } from "./layout.js";

const TOO_HIGH = 1.75; // of the wished height: such a row is better left to the next page

export class Page {
  constructor(section) {
    this.next = section.dataset.next;
    this.previous = section.dataset.previous;
    this.continues = "continues" in section.dataset;
    this.adopt(section);
  }

  // Takes `section` as this page's element, new or fetched again.
  adopt(section) {
    this.element = section;
    this.element.setAttribute("role", "rowgroup");
    this.rows = null;
    this.blocks = [];
    let block = null;
    for (const child of section.children) {
      if (child.matches(".month")) {
        block = { month: child.dataset.month, label: child.textContent, heading: child, tiles: [] };
        this.blocks.push(block);
      } else {
        if (!block) this.blocks.push((block = { month: "", label: "", heading: null, tiles: [] }));
        block.tiles.push(child);
      }
    }
    this.#note();
  }

  #note() {
    this.blocks = this.blocks.filter((block) => block.tiles.length || block.heading?.remove());
    this.tiles = this.blocks.flatMap((block) => block.tiles);
    this.byId = new Map(this.tiles.map((tile) => [tile.dataset.id, tile]));
    this.count = this.tiles.length;
    if (!this.count) return;
    this.cursor = this.tiles[0].dataset.cursor;
    this.lastCursor = this.tiles.at(-1).dataset.cursor;
    this.firstMonth = this.blocks[0].month;
    this.lastMonth = this.blocks.at(-1).month;
    for (const block of this.blocks) block.ratios = block.tiles.map(ratioOf);
  }

  get isLoaded() { return this.element !== null; }
  get rowCount() { return this.count ? this.boxes.at(-1).row + 1 : 0; }

  unload() {
    this.element.remove();
    this.element = null;
    this.tiles = this.rows = null;
    this.byId.clear();
    for (const block of this.blocks) block.tiles = block.heading = null;
  }

  // Where all is; `isEnd` as `layOut` has it, `monthBefore` undefined where only the server knew.
  // The very first month needs no heading: the line above the grid names it.
  measure(shape, isEnd, monthBefore) {
    const blocks = this.blocks.map((block, index) => ({
      ratios: block.ratios,
      hasHeading: block.month !== "" && (index > 0 || !this.#continuesFrom(monthBefore)),
    }));
    Object.assign(this, layOut(blocks, shape, isEnd));
  }

  #continuesFrom(month) { return month === undefined ? this.continues || !this.previous : month === this.firstMonth; }

  draw() {
    this.#makeRows();
    this.element.style.height = `${this.height}px`;
    this.tiles.forEach((tile, index) => {
      const { left, top, width, height } = this.boxes[index];
      tile.style.cssText = `left:${left}px;top:${top}px;width:${width}px;height:${height}px`;
      const image = tile.firstElementChild;
      const shown = Math.max(width, height * (image.getAttribute("width") / image.getAttribute("height")));
      image.sizes = `${Math.ceil(shown)}px`;
    });
    this.blocks.forEach((block, index) => {
      if (!block.heading) return;
      const top = this.headings[index];
      block.heading.hidden = top === null;
      if (top !== null) block.heading.style.cssText = `top:${top + HEADING - 28}px`;
    });
  }

  // Rows as a screen reader knows them; to the eye they are nothing, each tile has its place.
  #makeRows() {
    const many = [];
    for (const { row } of this.boxes) many[row] = (many[row] ?? 0) + 1;
    const key = many.join();
    if (this.rows?.key === key) return;
    const focused = this.element.contains(document.activeElement) ? document.activeElement : null;
    const rows = many.map(() => Object.assign(document.createElement("div"), { role: "row" }));
    this.tiles.forEach((tile, index) => {
      const row = rows[this.boxes[index].row];
      tile.setAttribute("role", "gridcell");
      tile.ariaColIndex = row.childElementCount + 1;
      row.append(tile);
    });
    for (const row of this.rows?.elements ?? []) row.remove();
    this.element.append(...rows);
    this.rows = { key, elements: rows, from: null };
    focused?.focus({ preventScroll: true });
  }

  // The first row is the one after `before` others.
  number(before) {
    if (this.rows.from === before) return;
    this.rows.from = before;
    this.rows.elements.forEach((row, index) => { row.ariaRowIndex = before + index + 1; });
  }

  // Leaves what would not fill a row at the end to the page after this one.
  trimTail(shape) {
    const block = this.blocks.at(-1), lastRow = this.#rowOf(this.boxes.length - 1);
    if (shape.square && this.lastRow && this.count > this.lastRow) this.#drop(block, -this.lastRow);
    else if (!shape.square && this.blocks.length > 1 && lastRow === block.tiles.length && this.#isTooHigh(-1, shape)) {
      this.#drop(block, -lastRow);
    }
  }

  // The same for a page fetched from below, whose last row must be full.
  trimHead(shape) {
    const block = this.blocks[0];
    if (shape.square && this.blocks.length === 1) {
      const odd = block.tiles.length % columns(shape);
      if (odd < block.tiles.length) this.#drop(block, odd);
    } else if (this.blocks.length > 1 && block.tiles.length < 3) {
      this.#drop(block, block.tiles.length);
    }
  }

  // Hands the tiles of an unfull last row on to `next`, where the month goes on there.
  handOn(next) {
    const from = this.blocks.at(-1), to = next.blocks[0], many = this.lastRow;
    if (!many || from.month !== to.month || many >= this.count) return;
    const moved = from.tiles.splice(-many);
    to.tiles[0].before(...moved);
    to.tiles.unshift(...moved);
    this.#note();
    next.#note();
  }

  #rowOf(index) {
    const { row } = this.boxes[index];
    return this.boxes.filter((box) => box.row === row).length;
  }

  #isTooHigh(index, { target }) { return this.boxes.at(index).height > target * TOO_HIGH; }

  // The first `many` tiles of `block`, or the last where it is negative.
  #drop(block, many) {
    const gone = many < 0 ? block.tiles.splice(many) : block.tiles.splice(0, many);
    if (!gone.length) return;
    for (const tile of gone) tile.remove();
    if (many < 0) this.next = "more";
    else this.previous = "more";
    this.#note();
  }

  // Only the first `many` tiles; the others come again with the next page.
  cut(many) {
    const kept = new Set(this.tiles.slice(0, many));
    for (const block of this.blocks) block.tiles = block.tiles.filter((tile) => kept.has(tile) || tile.remove());
    this.next = "more";
    this.#note();
  }

  // Tiles that stand in another page already, since the list moved meanwhile.
  dropKnown(isKnown) {
    for (const block of this.blocks) {
      block.tiles = block.tiles.filter((tile) => !isKnown(tile.dataset.id) || tile.remove());
    }
    this.#note();
  }
}

function ratioOf(tile) {
  const image = tile.firstElementChild;
  return image.getAttribute("width") / image.getAttribute("height");
}
