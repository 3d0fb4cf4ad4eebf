// Finds points by where they lie: the sheet in 256 x 256 cells, the points of each cell in one stretch.

const SIDE = 256, LAST = SIDE - 1;

export class Places {
  constructor(places) {
    this.places = places;
    this.count = places.length / 2;
    this.starts = new Uint32Array(SIDE * SIDE + 1);
    this.order = new Uint32Array(this.count);
    const cells = new Uint16Array(this.count);
    for (let number = 0; number < this.count; number++) {
      cells[number] = (places[number * 2 + 1] >> 8) * SIDE + (places[number * 2] >> 8);
      this.starts[cells[number] + 1]++;
    }
    for (let cell = 0; cell < SIDE * SIDE; cell++) this.starts[cell + 1] += this.starts[cell];
    const next = this.starts.slice();
    for (let number = 0; number < this.count; number++) this.order[next[cells[number]]++] = number;
  }

  // Calls `tell(number, x, y)` for each point in the rectangle of steps, until it returns false.
  within(left, top, right, bottom, tell) {
    const clamp = (value) => Math.min(LAST, Math.max(0, Math.floor(value / SIDE)));
    const { places, starts, order } = this;
    for (let row = clamp(top); row <= clamp(bottom); row++) {
      const begin = starts[row * SIDE + clamp(left)], end = starts[row * SIDE + clamp(right) + 1];
      for (let at = begin; at < end; at++) {
        const number = order[at], x = places[number * 2], y = places[number * 2 + 1];
        if (x >= left && x <= right && y >= top && y <= bottom && tell(number, x, y) === false) return;
      }
    }
  }

  // The number of the nearest point at most `reach` steps away that `accepts`, or -1.
  nearest(x, y, reach, accepts) {
    let best = -1, least = reach * reach;
    this.within(x - reach, y - reach, x + reach, y + reach, (number, px, py) => {
      const distance = (px - x) ** 2 + (py - y) ** 2;
      if (distance <= least && accepts(number)) [best, least] = [number, distance];
    });
    return best;
  }

  inCircle(x, y, reach, accepts) {
    const found = [];
    this.within(x - reach, y - reach, x + reach, y + reach, (number, px, py) => {
      if ((px - x) ** 2 + (py - y) ** 2 <= reach * reach && accepts(number)) found.push(number);
    });
    return found;
  }

  // `corners` is a closed line of [x, y]; a point is inside where a ray from it crosses it an odd number of times.
  inPolygon(corners, accepts) {
    const xs = corners.map(([x]) => x), ys = corners.map(([, y]) => y);
    const found = [];
    this.within(Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys), (number, x, y) => {
      let isInside = false;
      for (let one = 0, other = corners.length - 1; one < corners.length; other = one++) {
        const [ax, ay] = corners[one], [bx, by] = corners[other];
        if (ay > y !== by > y && x < (bx - ax) * (y - ay) / (by - ay) + ax) isInside = !isInside;
      }
      if (isInside && accepts(number)) found.push(number);
    });
    return found;
  }
}
