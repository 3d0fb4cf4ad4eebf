// The pages that are known, in order; from `low` to `high` they stand in the document.

export class Pages {
  all = [];
  low = 0;
  high = 0;
  isStart = true;
  isEnd = true;

  get loaded() { return this.all.slice(this.low, this.high); }
  get tiles() { return this.loaded.flatMap((page) => page.tiles); }

  find(id, except = null) {
    for (const page of this.loaded) {
      const tile = page === except ? null : page.byId.get(id);
      if (tile) return tile;
    }
    return undefined;
  }

  heightOf(from, to) {
    let sum = 0;
    for (let i = from; i < to; i += 1) sum += this.all[i].height;
    return sum;
  }

  indexAt(y) {
    let top = 0;
    for (let i = 0; i < this.all.length; i += 1) {
      top += this.all[i].height;
      if (top > y) return i;
    }
    return this.all.length - 1;
  }

  *walk() {
    let top = this.heightOf(0, this.low);
    for (const page of this.loaded) {
      for (let i = 0; i < page.tiles.length; i += 1) {
        yield { tile: page.tiles[i], box: page.boxes[i], top: top + page.boxes[i].top, page };
      }
      top += page.height;
    }
  }

  measure(shape, index) {
    const page = this.all[index];
    if (!page) return;
    page.measure(shape, this.isEnd && index === this.all.length - 1, this.all[index - 1]?.lastMonth);
  }

  // Rows are counted from the first that is known; how many there are is known at the end only.
  number(grid) {
    let rows = 0;
    this.all.forEach((page) => {
      if (page.isLoaded) page.number(rows);
      rows += page.rowCount;
    });
    grid.ariaRowCount = this.isStart && this.isEnd ? rows : -1;
  }
}
