// A video's tile plays a few frames under the pointer, and under the keyboard's focus; nothing is
// fetched before, and nothing moves where motion is unwanted or there is no pointer.

const FRAMES = 10, FRAME_MS = 420, REST_MS = 140;
const isStill = matchMedia("(prefers-reduced-motion: reduce)");
const canHover = matchMedia("(hover: hover)");
let tile = null, timer = 0;

document.addEventListener("pointerover", (event) => { if (event.pointerType === "mouse") begin(event.target); });
document.addEventListener("pointerout", ({ relatedTarget }) => { if (tile && !tile.contains(relatedTarget)) end(); });
document.addEventListener("focusin", ({ target }) => { if (target.matches?.(":focus-visible")) begin(target); });
document.addEventListener("focusout", end);
document.addEventListener("image:open", end);

function begin(target) {
  const over = target.closest?.(".tile[data-strip]");
  if (!over || over === tile || isStill.matches || !canHover.matches) return;
  end();
  tile = over;
  timer = setTimeout(() => load(over), REST_MS);
}

function end() {
  clearTimeout(timer);
  tile?.querySelector(".preview")?.remove();
  tile = null;
}

async function load(over) {
  const strip = new Image();
  strip.src = over.dataset.strip;
  try {
    await strip.decode();
  } catch {
    return; // not made yet, or its storage is away: the poster stays
  }
  if (over !== tile) return;
  const preview = document.createElement("span");
  preview.className = "preview";
  over.querySelector("img").after(preview);
  play(over, preview, strip, 0);
}

// The cell covers the tile as the poster does, whatever the tile's shape.
function play(over, preview, strip, frame) {
  if (over !== tile) return;
  const cell = strip.naturalWidth / FRAMES / strip.naturalHeight;
  const width = Math.max(over.clientWidth, over.clientHeight * cell), height = width / cell;
  preview.style.backgroundImage = `url("${strip.src}")`;
  preview.style.backgroundSize = `${width * FRAMES}px ${height}px`;
  const left = frame * width + (width - over.clientWidth) / 2, top = (height - over.clientHeight) / 2;
  preview.style.backgroundPosition = `${-left}px ${-top}px`;
  timer = setTimeout(() => play(over, preview, strip, (frame + 1) % FRAMES), FRAME_MS);
}
