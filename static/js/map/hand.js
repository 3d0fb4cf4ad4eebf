// Mouse, fingers and pen on the map: move, pinch, wheel; draw a lasso or a rectangle; point at something.

const TAP_PX = 6, DOUBLE_MS = 320;

// `tool()` names the tool in hand. `acts`: move(dx, dy), zoom(factor, left, top), line(corners or null), drawn(corners, isMore),
// point(left, top, isTouch), leave(), tap(left, top, isTouch).
export function watch(canvas, tool, acts) {
  const pointers = new Map();
  let start = null, used = "", corners = [], hasMoved = false, lastTap = 0;
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };

  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    const pixels = event.deltaY * (event.deltaMode === 1 ? 16 : 1);
    acts.zoom(Math.exp(-pixels * (event.ctrlKey ? 0.01 : 0.0018)), ...place(event));
  }, { passive: false });

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    canvas.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, place(event));
    if (pointers.size > 1) {
      // A second finger: it was to be a pinch.
      used = "pinch";
      acts.line(null);
      return;
    }
    start = place(event);
    hasMoved = false;
    used = event.shiftKey ? "lasso" : event.ctrlKey || event.metaKey ? "rectangle" : tool();
    corners = [start];
  });

  canvas.addEventListener("pointermove", (event) => {
    const now = place(event), before = pointers.get(event.pointerId);
    if (!before) {
      acts.point(...now, event.pointerType === "touch");
      return;
    }
    if (used === "pinch") {
      pinch(event.pointerId, now);
      return;
    }
    if (!hasMoved && Math.hypot(now[0] - start[0], now[1] - start[1]) < TAP_PX) return;
    hasMoved = true;
    pointers.set(event.pointerId, now);
    canvas.classList.add("is-held");
    if (used === "pan") acts.move(now[0] - before[0], now[1] - before[1]);
    else {
      if (used === "rectangle") corners = [start, [now[0], start[1]], now, [start[0], now[1]]];
      else corners.push(now);
      acts.line(corners);
    }
  });

  function pinch(id, now) {
    const two = [...pointers.keys()].slice(0, 2), other = pointers.get(two.find((one) => one !== id));
    const before = pointers.get(id);
    pointers.set(id, now);
    if (!other || !two.includes(id)) return;
    const middle = (a) => [(a[0] + other[0]) / 2, (a[1] + other[1]) / 2];
    const spread = (a) => Math.max(8, Math.hypot(a[0] - other[0], a[1] - other[1]));
    acts.move(middle(now)[0] - middle(before)[0], middle(now)[1] - middle(before)[1]);
    acts.zoom(spread(now) / spread(before), ...middle(now));
  }

  function up(event) {
    if (!pointers.delete(event.pointerId)) return;
    canvas.classList.remove("is-held");
    if (pointers.size || used === "pinch") {
      if (!pointers.size) used = "";
      return;
    }
    const isTouch = event.pointerType === "touch";
    if (event.type === "pointercancel") acts.line(null);
    else if (hasMoved && used !== "pan") acts.drawn(corners, event.altKey);
    else if (!hasMoved) tap(event, isTouch);
  }
  canvas.addEventListener("pointerup", up);
  canvas.addEventListener("pointercancel", up);

  function tap(event, isTouch) {
    const isDouble = event.timeStamp - lastTap < DOUBLE_MS;
    lastTap = isDouble ? 0 : event.timeStamp;
    if (isDouble) acts.zoom(2, ...place(event));
    else acts.tap(...place(event), isTouch);
  }

  // A finger leaves with each lift; what it pointed at stays.
  canvas.addEventListener("pointerleave", ({ pointerType }) => { if (!pointers.size && pointerType !== "touch") acts.leave(); });
}
