// What lies over the points: pictures, the line that is being drawn, the cross-hair of the keyboard.

export class Overlay {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
  }

  // `tiles` with their `about`; `line` of corners, `aim` the radius of the circle, or null.
  draw(camera, ratio, css, { tiles, isRevealed, isChosen, current, line, aim }) {
    const { context } = this;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, camera.width, camera.height);
    for (const tile of tiles) this.#picture(tile, css, isRevealed, isChosen(tile.number));
    if (current) this.#ring(current, css);
    if (line) this.#line(line, css);
    if (aim) this.#aim(camera, aim, css);
  }

  #picture({ about, left, top, side }, css, isRevealed, isChosen) {
    const ratio = about.width / about.height, width = side * 0.9 * Math.min(1, ratio), height = side * 0.9 / Math.max(1, ratio);
    const { context } = this, x = left - width / 2, y = top - height / 2;
    context.beginPath();
    context.roundRect(x, y, width, height, 3);
    context.save();
    context.clip();
    context.fillStyle = css.raised;
    context.fillRect(x, y, width, height);
    const image = isRevealed ? about.clear : about.image;
    if (image) context.drawImage(image, x, y, width, height);
    context.restore();
    context.lineWidth = isChosen ? 3 : 1;
    context.strokeStyle = isChosen ? css.accent : css.bg;
    context.stroke();
  }

  #ring([left, top, reach], css) {
    const { context } = this;
    context.beginPath();
    context.arc(left, top, reach, 0, Math.PI * 2);
    context.lineWidth = 2;
    context.strokeStyle = css.accent;
    context.stroke();
  }

  #line(corners, css) {
    const { context } = this;
    context.beginPath();
    corners.forEach(([x, y], number) => (number ? context.lineTo(x, y) : context.moveTo(x, y)));
    context.closePath();
    context.globalAlpha = 0.12;
    context.fillStyle = css.accent;
    context.fill();
    context.globalAlpha = 1;
    context.lineWidth = 1.5;
    context.strokeStyle = css.accent;
    context.stroke();
  }

  #aim({ width, height }, radius, css) {
    const { context } = this, x = Math.round(width / 2) + 0.5, y = Math.round(height / 2) + 0.5;
    for (const [line, colour] of [[4, css.bg], [1.5, css.text]]) {
      context.beginPath();
      for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
        context.moveTo(x + dx * 4, y + dy * 4);
        context.lineTo(x + dx * 13, y + dy * 13);
      }
      context.moveTo(x + radius, y);
      context.arc(x, y, radius, 0, Math.PI * 2);
      context.lineWidth = line;
      context.strokeStyle = colour;
      context.stroke();
    }
  }
}
