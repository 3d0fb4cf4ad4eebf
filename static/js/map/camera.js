// What of the sheet is seen: its middle, and how many pixels the whole sheet is wide.

const MOST = 600; // times the size that shows all
const STEPS = 65535;

export class Camera {
  constructor() {
    this.width = this.height = 1;
    this.x = this.y = 0.5;
    this.scale = 1;
  }

  get fitting() { return Math.min(this.width, this.height); }
  get zoom() { return this.scale / this.fitting; }

  resize(width, height) {
    const zoom = this.zoom;
    this.width = width;
    this.height = height;
    this.scale = zoom * this.fitting;
  }

  fit() { Object.assign(this, { x: 0.5, y: 0.5, scale: this.fitting }); }

  // `x` and `y` are steps of the sheet.
  toScreen(x, y) {
    return [(x / STEPS - this.x) * this.scale + this.width / 2, (y / STEPS - this.y) * this.scale + this.height / 2];
  }

  toSheet(left, top) {
    return [((left - this.width / 2) / this.scale + this.x) * STEPS, ((top - this.height / 2) / this.scale + this.y) * STEPS];
  }

  // So many steps are `pixels` long.
  steps(pixels) { return pixels / this.scale * STEPS; }

  pan(dx, dy) {
    this.x = Math.min(1, Math.max(0, this.x - dx / this.scale));
    this.y = Math.min(1, Math.max(0, this.y - dy / this.scale));
  }

  // What lies at this place of the screen stays there.
  zoomAt(factor, left, top) {
    const scale = Math.min(this.fitting * MOST, Math.max(this.fitting * 0.7, this.scale * factor));
    const dx = (left - this.width / 2) / this.scale, dy = (top - this.height / 2) / this.scale;
    this.x += dx * (1 - this.scale / scale);
    this.y += dy * (1 - this.scale / scale);
    this.scale = scale;
    this.pan(0, 0);
  }

  get words() { return [this.x, this.y, this.zoom].map((value) => value.toFixed(4)).join(","); }

  set words(text) {
    const [x, y, zoom] = text.split(",").map(Number);
    if (![x, y, zoom].every(Number.isFinite) || zoom <= 0) return;
    Object.assign(this, { x, y, scale: this.fitting });
    this.zoomAt(zoom, this.width / 2, this.height / 2);
  }
}
