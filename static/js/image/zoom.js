// Zoom and pan of one picture in its stage. Scale 1 is "fitted"; the picture never leaves the stage.

const STEP = 1.4;
const MOST = 8; // times the picture's own pixels
const FRICTION_MS = 180;

export class Zoom {
  #stage; #figure; #picture; #onChange; #isFixed;
  #scale = 1; #x = 0; #y = 0; #glide = 0;

  // `isFixed`: fitted, whatever is asked, as a video with its controls is.
  constructor(stage, figure, onChange, { isFixed = false } = {}) {
    this.#stage = stage;
    this.#figure = figure;
    this.#picture = figure.querySelector("img:last-of-type");
    this.#onChange = onChange;
    this.#isFixed = isFixed;
  }

  get isZoomed() { return Math.abs(this.#scale - 1) > 0.001; }
  get canPan() {
    const { width, height } = this.#fitted();
    return width * this.#scale > this.#stage.clientWidth + 1 || height * this.#scale > this.#stage.clientHeight + 1;
  }

  // The scale at which one pixel of the picture is one of the screen.
  get #actual() {
    const { width, natural } = this.#fitted();
    return natural / width / window.devicePixelRatio;
  }

  get percent() { return Math.round((this.#scale / this.#actual) * 100); }

  by(factor, point) { this.to(this.#scale * factor, point); }
  in(point) { this.by(STEP, point); }
  out(point) { this.by(1 / STEP, point); }

  toggleActual(point) {
    if (this.isZoomed) this.fit();
    else this.to(Math.abs(this.#actual - 1) < 0.02 ? 2 : this.#actual, point);
  }

  fit() {
    this.stop();
    this.#scale = 1; this.#x = 0; this.#y = 0;
    this.#apply();
  }

  to(scale, point = this.#centre()) {
    if (this.#isFixed) return;
    this.stop();
    const least = Math.min(1, this.#actual), most = Math.max(this.#actual * MOST, 4);
    let next = Math.min(most, Math.max(least, scale));
    if (Math.abs(next - 1) < 0.03) next = 1;
    const ratio = next / this.#scale;
    this.#x = point.x - (point.x - this.#x) * ratio;
    this.#y = point.y - (point.y - this.#y) * ratio;
    this.#scale = next;
    this.#apply();
  }

  pan(dx, dy) {
    this.#x += dx; this.#y += dy;
    this.#apply();
  }

  // Glides on at `vx`, `vy` (pixels a millisecond) and slows down; still where motion is unwanted.
  throw(vx, vy) {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    let before = performance.now();
    const glide = (now) => {
      const passed = Math.min(50, now - before);
      before = now;
      this.pan(vx * passed, vy * passed);
      const kept = Math.exp(-passed / FRICTION_MS);
      vx *= kept; vy *= kept;
      if (Math.hypot(vx, vy) > 0.02) this.#glide = requestAnimationFrame(glide);
    };
    this.#glide = requestAnimationFrame(glide);
  }

  stop() { cancelAnimationFrame(this.#glide); }

  // A point of the window as one of the stage.
  point(clientX, clientY) {
    const box = this.#stage.getBoundingClientRect();
    return { x: clientX - box.left, y: clientY - box.top };
  }

  refit() { this.#apply(); }

  #centre() { return { x: this.#stage.clientWidth / 2, y: this.#stage.clientHeight / 2 }; }

  #fitted() {
    const { clientWidth, clientHeight } = this.#stage;
    const natural = this.#picture?.naturalWidth || this.#picture?.width || clientWidth || 1;
    const tall = this.#picture?.naturalHeight || this.#picture?.height || clientHeight || 1;
    const fit = Math.min(clientWidth / natural, clientHeight / tall) || 1;
    return { width: natural * fit, height: tall * fit, natural };
  }

  #apply() {
    const { width, height } = this.#fitted();
    this.#x = held(this.#x, this.#scale, this.#stage.clientWidth, width);
    this.#y = held(this.#y, this.#scale, this.#stage.clientHeight, height);
    this.#figure.style.transform = this.isZoomed ? `translate(${this.#x}px, ${this.#y}px) scale(${this.#scale})` : "";
    this.#onChange();
  }
}

// An offset at which a picture larger than its stage covers it, and a smaller one stays in the middle.
function held(offset, scale, stage, picture) {
  const margin = ((stage - picture) / 2) * scale;
  const size = picture * scale;
  if (size <= stage) return (stage - size) / 2 - margin;
  return Math.min(-margin, Math.max(stage - size - margin, offset));
}
