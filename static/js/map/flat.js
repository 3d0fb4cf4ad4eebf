// Draws all points without a graphics card, pixel by pixel, in the same way as webgl.js.

export class FlatPoints {
  constructor(canvas, places) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.places = places;
    this.count = places.length / 2;
    this.states = new Uint8Array(this.count).fill(1);
    this.colours = new Uint8Array(this.count);
  }

  setStates(states) { this.states = states; }
  setColours(colours) { this.colours = colours; }

  draw(camera, ratio, passes) {
    const { width, height } = this.canvas;
    const picture = this.context.createImageData(width, height), pixels = picture.data;
    const { places, states, colours, count } = this;
    const scale = camera.scale * ratio / 65535;
    const left = width / 2 - camera.x * camera.scale * ratio, top = height / 2 - camera.y * camera.scale * ratio;
    for (const { state, size, strength, palette } of passes) {
      const stamp = stampOf(Math.max(1, size * ratio), strength), reach = stamp.side >> 1;
      const tints = palette.map((colour) => colour.map((part) => part * 255));
      for (let number = 0; number < count; number++) {
        if (states[number] !== state) continue;
        const x = Math.round(places[number * 2] * scale + left) - reach, y = Math.round(places[number * 2 + 1] * scale + top) - reach;
        if (x < 0 || y < 0 || x + stamp.side >= width || y + stamp.side >= height) continue;
        lay(pixels, (y * width + x) * 4, width * 4, stamp, tints[colours[number]]);
      }
    }
    this.context.putImageData(picture, 0, 0);
  }
}

// How strong each pixel of one round point is.
function stampOf(size, strength) {
  const side = Math.ceil(size) | 1, middle = (side - 1) / 2;
  const shares = new Float32Array(side * side);
  for (let at = 0; at < shares.length; at++) {
    const away = Math.hypot(at % side - middle, Math.floor(at / side) - middle);
    shares[at] = strength * Math.min(1, Math.max(0, size / 2 - away + 0.25));
  }
  return { side, shares };
}

// Over what is there; ImageData is not premultiplied, so the colour is mixed by what each one covers.
function lay(pixels, start, stride, { side, shares }, [red, green, blue]) {
  for (let row = 0, share = 0; row < side; row++) {
    for (let at = start + row * stride, end = at + side * 4; at < end; at += 4, share++) {
      const over = shares[share];
      if (!over) continue;
      const under = pixels[at + 3] / 255 * (1 - over), whole = over + under;
      pixels[at] = (red * over + pixels[at] * under) / whole;
      pixels[at + 1] = (green * over + pixels[at + 1] * under) / whole;
      pixels[at + 2] = (blue * over + pixels[at + 2] * under) / whole;
      pixels[at + 3] = whole * 255;
    }
  }
}
