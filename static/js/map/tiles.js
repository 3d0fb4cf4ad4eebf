// Zoomed in far enough, pictures stand where their points are: one for each patch of the screen.

const SIDE = 76, LARGE = 128, MOST = 260, FEW = 60;
const CROWD = 9; // points for each patch that has any, beyond which points say more

// [{ number, left, top, side }] of those to show; none where the points are too crowded.
// Patches lie fixed on the sheet, so that the same pictures stay while one moves.
export function choose(camera, places, isBright) {
  const [left, top] = camera.toSheet(-SIDE, -SIDE), [right, bottom] = camera.toSheet(camera.width + SIDE, camera.height + SIDE);
  const pitch = 2 ** Math.round(Math.log2(camera.steps(SIDE * 1.1)));
  const patches = new Map();
  let seen = 0;
  places.within(left, top, right, bottom, (number, x, y) => {
    if (!isBright(number)) return true;
    seen++;
    const key = Math.floor(y / pitch) * 65536 + Math.floor(x / pitch);
    const first = patches.get(key);
    if (first === undefined || number < first) patches.set(key, number);
    return patches.size <= MOST * 4;
  });
  if (!seen || seen / patches.size > CROWD || patches.size > MOST * 4) return [];
  const side = seen <= FEW ? LARGE : SIDE;
  const shown = [];
  for (const number of [...patches.values()].sort((a, b) => a - b)) {
    const [x, y] = camera.toScreen(places.places[number * 2], places.places[number * 2 + 1]);
    if (shown.some((one) => Math.abs(one.left - x) < side && Math.abs(one.top - y) < side)) continue;
    shown.push({ number, left: x, top: y, side });
    if (shown.length === MOST) break;
  }
  return shown;
}
