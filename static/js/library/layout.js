// Where each tile of a page goes. Pure: numbers in, boxes out.

export const GAP = 3;
export const HEADING = 48;
const NARROWEST = 0.42, WIDEST = 2.6; // what is beyond is cropped
const TOO_LOW = 0.55, TOO_HIGH = 1.75; // of the wished row height

// blocks: [{hasHeading, ratios: [width / height, …]}], one a month.
// shape: {square: bool, target: px, width: px}. isEnd: the result ends with this page.
// Gives {boxes: [{left, top, width, height, row}], headings: [top, …], height, lastRow}; `lastRow`
// is how many tiles a row at the page's end holds that is not full, 0 where all is full.
export function layOut(blocks, shape, isEnd) {
  const boxes = [], headings = [];
  let top = 0, row = 0, lastRow = 0;
  blocks.forEach((block, index) => {
    const closes = isEnd || index < blocks.length - 1; // the month may end with a ragged row
    if (block.hasHeading) {
      headings.push(top);
      top += HEADING;
    } else {
      headings.push(null);
    }
    const rows = shape.square ? squares(block.ratios, shape) : justified(block.ratios, shape, closes);
    for (const { start, end, height, isFull } of rows) {
      place(boxes, block.ratios, start, end, height, top, row, shape, isFull);
      top += height + GAP;
      row += 1;
      lastRow = isFull ? 0 : end - start;
    }
  });
  return { boxes, headings, height: top, lastRow };
}

export function columns({ width, target }) {
  return Math.max(2, Math.round((width + GAP) / (target * 0.92 + GAP)));
}

function squares(ratios, shape) {
  const many = columns(shape), rows = [];
  const side = Math.floor((shape.width - GAP * (many - 1)) / many);
  for (let start = 0; start < ratios.length; start += many) {
    const end = Math.min(ratios.length, start + many);
    rows.push({ start, end, height: side, isFull: end - start === many });
  }
  return rows;
}

// Knuth and Plass's way with lines, for rows: the breaks whose heights together stray least from
// the wished one. A block that closes may end in a row that is not full, as a paragraph does.
function justified(ratios, { width, target }, closes) {
  const many = ratios.length;
  const best = new Float64Array(many + 1).fill(Infinity);
  const from = new Int32Array(many + 1), height = new Float64Array(many + 1);
  const full = new Uint8Array(many + 1);
  best[0] = 0;
  for (let start = 0; start < many; start += 1) {
    if (best[start] === Infinity) continue;
    let sum = 0;
    for (let end = start + 1; end <= many; end += 1) {
      sum += clamped(ratios[end - 1]);
      const tall = (width - GAP * (end - start - 1)) / sum;
      const isRagged = end === many && closes && tall > target * 1.15;
      const cost = best[start] + (isRagged ? 0.02 : strain(tall / target));
      if (cost < best[end]) {
        best[end] = cost;
        from[end] = start;
        height[end] = isRagged ? target : Math.min(tall, target * 2.4);
        full[end] = isRagged ? 0 : 1;
      }
      if (tall < target * TOO_LOW) break;
    }
  }
  const rows = [];
  for (let end = many; end > 0; end = from[end]) {
    rows.push({ start: from[end], end, height: Math.round(height[end]), isFull: full[end] === 1 });
  }
  return rows.reverse();
}

function strain(times) {
  const stray = Math.log(times);
  const beyond = times < TOO_LOW || times > TOO_HIGH ? 10 : 0;
  return stray * stray + beyond;
}

function place(boxes, ratios, start, end, height, top, row, { width, square }, isFull) {
  let left = 0;
  const share = [];
  for (let i = start; i < end; i += 1) share.push(square ? 1 : clamped(ratios[i]));
  const sum = share.reduce((a, b) => a + b, 0);
  const free = isFull ? width - GAP * (end - start - 1) : height * sum;
  const unit = square ? height : free / sum;
  let exact = 0;
  for (let i = start; i < end; i += 1) {
    exact += share[i - start] * unit;
    const right = square ? left + height : Math.round(exact) + GAP * (i - start);
    boxes.push({ left, top, width: right - left, height, row });
    left = right + GAP;
  }
}

const clamped = (ratio) => Math.min(WIDEST, Math.max(NARROWEST, ratio));
