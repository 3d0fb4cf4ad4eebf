// A part of the shown picture, or of what a video shows, to search with: drawn by mouse or finger, or
// moved by the arrows and sized by them with Shift; Enter searches, Escape leaves.

import { announce, failureOf } from "../http.js";
import { lead } from "./give.js";

const STEP = 0.02, LEAST = 0.04;
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
const size = (shown) => ({ width: shown.videoWidth ?? shown.naturalWidth, height: shown.videoHeight ?? shown.naturalHeight });

export function begin(viewer) {
  const { article } = viewer, opener = document.activeElement;
  const video = article.querySelector("[data-video]");
  const picture = [...article.querySelectorAll("[data-video], [data-original], .viewer-thumbnail")].find((shown) => size(shown).width);
  const url = article.querySelector("[data-region]").dataset.region;
  if (!picture || article.querySelector(".region")) return;
  viewer.zoom.fit();
  video?.pause();
  let box = { left: 0.25, top: 0.25, width: 0.5, height: 0.5 };

  const layer = document.createElement("div");
  layer.className = "region";
  layer.innerHTML = `<div class="region-box" tabindex="0" role="application" aria-roledescription="Part of the picture" aria-describedby="region-help"></div>
    <div class="region-bar"><span id="region-help"><b>Draw a part.</b> <i>Arrows move it, Shift sizes it.</i></span><button type="button" class="button" data-leave>Cancel</button><button type="button" class="button primary" data-search>Search</button></div>`;
  const frame = layer.querySelector(".region-box");
  article.append(layer);
  const watching = new AbortController(), { signal } = watching;

  // Where the picture lies in its element, which is larger in one direction.
  const area = () => {
    const outer = layer.getBoundingClientRect(), inner = picture.getBoundingClientRect();
    const own = size(picture), scale = Math.min(inner.width / own.width, inner.height / own.height);
    const width = own.width * scale, height = own.height * scale;
    const left = inner.left + (inner.width - width) / 2, top = inner.top + (inner.height - height) / 2;
    return { x: left - outer.left, y: top - outer.top, left, top, width, height };
  };
  const show = () => {
    const { x, y, width, height } = area();
    Object.assign(frame.style, {
      left: `${x + box.left * width}px`, top: `${y + box.top * height}px`, width: `${box.width * width}px`, height: `${box.height * height}px`,
    });
    const percent = (share) => Math.round(100 * share);
    frame.ariaLabel = `${percent(box.width)} by ${percent(box.height)} percent of the picture, ${percent(box.left)} percent from the left and ${percent(box.top)} from the top`;
  };
  const leave = () => {
    watching.abort();
    layer.remove();
    opener?.focus?.({ preventScroll: true });
  };
  const search = async () => {
    layer.classList.add("is-asking");
    try {
      const isPoster = !video?.currentTime && !video?.played.length; // what is shown until it is played
      await lead(url, new URLSearchParams(isPoster ? box : { ...box, at: video.currentTime }));
    } catch (error) {
      layer.classList.remove("is-asking");
      announce("toast", failureOf(error, "Search again."));
    }
  };

  let start = null;
  const share = (event) => {
    const { left, top, width, height } = area();
    return { x: clamp((event.clientX - left) / width, 0, 1), y: clamp((event.clientY - top) / height, 0, 1) };
  };
  layer.addEventListener("pointerdown", (event) => {
    event.stopPropagation();
    if (event.target.closest(".region-bar") || event.button || !event.isPrimary) return;
    start = share(event);
    layer.setPointerCapture(event.pointerId);
    event.preventDefault();
    frame.focus({ preventScroll: true });
  });
  layer.addEventListener("pointermove", (event) => {
    if (!start || !event.isPrimary) return;
    event.stopPropagation();
    const { x, y } = share(event), width = Math.abs(x - start.x), height = Math.abs(y - start.y);
    if (width < 0.01 && height < 0.01) return;
    box = { left: Math.min(x, start.x), top: Math.min(y, start.y), width: Math.max(width, 0.01), height: Math.max(height, 0.01) };
    box.left = Math.min(box.left, 1 - box.width);
    box.top = Math.min(box.top, 1 - box.height);
    show();
  });
  for (const end of ["pointerup", "pointercancel"]) layer.addEventListener(end, ({ isPrimary }) => { if (isPrimary) start = null; });
  layer.addEventListener("click", (event) => {
    event.stopPropagation();
    if (event.target.closest("[data-leave]")) leave();
    else if (event.target.closest("[data-search]")) search();
  });
  layer.addEventListener("dblclick", (event) => event.stopPropagation());
  layer.addEventListener("wheel", (event) => { event.preventDefault(); event.stopPropagation(); }, { passive: false });
  // Before the keys of the viewer.
  addEventListener("keydown", (event) => {
    if (!layer.isConnected) return watching.abort();
    const by = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[event.key];
    if (event.key === "Tab" || (event.key === "Enter" && event.target.closest("button"))) return event.stopPropagation();
    event.stopPropagation();
    if (event.key === "Escape") leave();
    else if (event.key === "Enter") search();
    else if (by && event.shiftKey) {
      box.width = clamp(box.width + by[0], LEAST, 1 - box.left);
      box.height = clamp(box.height + by[1], LEAST, 1 - box.top);
    } else if (by) {
      box.left = clamp(box.left + by[0], 0, 1 - box.width);
      box.top = clamp(box.top + by[1], 0, 1 - box.height);
    } else return;
    event.preventDefault();
    show();
  }, { capture: true, signal });
  addEventListener("resize", show, { signal });

  show();
  frame.focus({ preventScroll: true });
}
