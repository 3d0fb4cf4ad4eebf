// How points look in the theme that is shown: colours from map.css, sizes by how close one is.

const NAMES = ["plain", "1", "2", "3", "4", "5", "6", "7", "8", "others", "none", "chosen"];
const GRADES = ["none", "grade-1", "grade-2", "grade-3", "grade-4"];
const DIM = 0, BRIGHT = 1, CHOSEN = 2;

export const STATES = { DIM, BRIGHT, CHOSEN };

export class Look {
  constructor(section) {
    this.section = section;
    this.read();
  }

  read() {
    const probe = this.section.appendChild(document.createElement("i"));
    const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    const colour = (name) => {
      probe.style.color = `var(--map-${name})`;
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = getComputedStyle(probe).color;
      canvas.fillRect(0, 0, 1, 1);
      return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map((part) => part / 255);
    };
    this.colours = Object.fromEntries([...NAMES, ...GRADES].map((name) => [name, colour(name)]));
    this.css = Object.fromEntries(["accent", "text", "bg", "line", "raised"].map((name) => {
      probe.style.color = `var(--${name})`;
      return [name, getComputedStyle(probe).color];
    }));
    probe.remove();
  }

  // The colour of each number that `data.colours` gives, 12 of them.
  #palette(legend) {
    const { colours } = this;
    if (!legend) return Array(12).fill(colours.plain);
    if (legend.isGraded) return Array.from({ length: 12 }, (_, number) => colours[GRADES[number] ?? "none"]);
    return [colours.none, ...Array.from({ length: 8 }, (_, index) => colours[index + 1]), colours.others, colours.none, colours.none];
  }

  // The more points a pixel has to hold, the smaller and fainter each one.
  passes(camera, count, legend, { hasDim }) {
    const room = Math.sqrt(camera.scale ** 2 / Math.max(1, count)); // pixels from point to point, were they spread evenly
    const size = Math.min(6.5, Math.max(1.4, room * 0.42));
    const strength = Math.min(0.92, Math.max(0.16, room * 0.16));
    const chosen = Array(12).fill(this.colours.chosen);
    return [
      { state: DIM, size: size * 0.9, strength: strength * (hasDim ? 0.25 : 0.5), palette: Array(12).fill(this.colours.plain) },
      { state: BRIGHT, size: hasDim ? size * 1.35 : size, strength: hasDim ? Math.min(1, strength * 1.5) : strength, palette: this.#palette(legend) },
      { state: CHOSEN, size: Math.max(2.5, size * 1.2), strength: Math.min(1, strength * 1.6), palette: chosen },
    ];
  }

  legendColour(legend, number) {
    return `rgb(${this.#palette(legend)[number].map((part) => Math.round(part * 255)).join(" ")})`;
  }
}
