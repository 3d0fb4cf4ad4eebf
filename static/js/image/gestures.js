// Wheel, drag, pinch, swipe and double click on the stage, told apart and handed on.

const TAP_PX = 8;
const DOUBLE_TAP_MS = 300;
const SWIPE_PX = 56;
const SWIPE_SPEED = 0.45; // pixels a millisecond

export function watchGestures(stage, zoom, { onStep, onClose, onTap, isLightbox, signal }) {
  const pointers = new Map();
  let start = null, moved = false, velocity = null, pinch = 0, lastTap = 0;

  const on = (name, listener, options = {}) => stage.addEventListener(name, listener, { signal, ...options });

  on("wheel", (event) => {
    if (isControl(event) || (!isLightbox() && !event.ctrlKey && !zoom.isZoomed && innerWidth < 640)) return;
    event.preventDefault();
    const pixels = event.deltaY * (event.deltaMode === 1 ? 16 : 1);
    zoom.by(Math.exp(-pixels * (event.ctrlKey ? 0.01 : 0.0018)), zoom.point(event.clientX, event.clientY));
  }, { passive: false });

  on("dblclick", (event) => {
    if (isControl(event)) return;
    event.preventDefault();
    zoom.toggleActual(zoom.point(event.clientX, event.clientY));
  });

  on("pointerdown", (event) => {
    if (event.button !== 0 || isControl(event)) return;
    zoom.stop();
    pointers.set(event.pointerId, event);
    if (pointers.size === 1) {
      start = event; moved = false; velocity = { x: 0, y: 0 };
    }
    pinch = pointers.size === 2 ? spread(pointers) : 0;
  });

  on("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    pointers.set(event.pointerId, event);
    if (pointers.size === 2) {
      moved = true;
      const now = spread(pointers);
      const [a, b] = [...pointers.values()];
      zoom.by(now / pinch, zoom.point((a.clientX + b.clientX) / 2, (a.clientY + b.clientY) / 2));
      pinch = now;
      return;
    }
    if (!moved && Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY) < TAP_PX) return;
    if (!moved) stage.setPointerCapture(event.pointerId);
    moved = true;
    const dx = event.clientX - before.clientX, dy = event.clientY - before.clientY;
    const passed = Math.max(1, event.timeStamp - before.timeStamp);
    velocity = { x: mix(velocity.x, dx / passed), y: mix(velocity.y, dy / passed) };
    if (zoom.canPan) {
      stage.classList.add("is-panning");
      zoom.pan(dx, dy);
    }
  });

  const end = (event) => {
    if (!pointers.delete(event.pointerId)) return;
    stage.classList.remove("is-panning");
    if (pointers.size) {
      pinch = 0;
      return;
    }
    if (event.type === "pointercancel") return;
    if (!moved) {
      tap(event);
    } else if (zoom.canPan) {
      if (Math.hypot(velocity.x, velocity.y) > 0.1) zoom.throw(velocity.x, velocity.y);
    } else if (event.pointerType !== "mouse" && !zoom.isZoomed) {
      swipe(event);
    }
  };
  on("pointerup", end);
  on("pointercancel", end);

  function tap(event) {
    if (event.pointerType === "mouse") return;
    const isDouble = event.timeStamp - lastTap < DOUBLE_TAP_MS;
    lastTap = isDouble ? 0 : event.timeStamp;
    if (isDouble) zoom.toggleActual(zoom.point(event.clientX, event.clientY));
    else onTap();
  }

  function swipe(event) {
    const dx = event.clientX - start.clientX, dy = event.clientY - start.clientY;
    const isAcross = Math.abs(dx) > Math.abs(dy) * 1.2;
    if (isAcross && (Math.abs(dx) > SWIPE_PX || Math.abs(velocity.x) > SWIPE_SPEED)) {
      onStep(dx < 0 ? "next" : "previous");
    } else if (!isAcross && dy > SWIPE_PX * 1.5) {
      onClose();
    }
  }
}

const CONTROLS_PX = 80; // what a browser draws at a video's lower edge

// A video is its own control for the mouse; a finger may swipe over it, but not over its controls.
function isControl(event) {
  if (event.target.closest("a, button, label, input")) return true;
  const video = event.target.closest("video");
  if (!video) return false;
  return event.pointerType !== "touch" || event.clientY > video.getBoundingClientRect().bottom - CONTROLS_PX;
}
const mix = (old, fresh) => old * 0.6 + fresh * 0.4;

function spread(pointers) {
  const [a, b] = [...pointers.values()];
  return Math.max(1, Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY));
}
