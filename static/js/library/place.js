// The place in the result is in the address (`at`, the first visible image) and in the history's
// state (how far below the view's top it begins, where its page ends), so that Back restores it to
// the pixel.

const REST_MS = 160;
let timer = 0;

export function note(grid) {
  clearTimeout(timer);
  timer = setTimeout(() => write(grid), REST_MS);
}

export function write(grid) {
  clearTimeout(timer);
  if (history.state?.lightbox || !grid.element.isConnected) return;
  const first = grid.firstVisible();
  if (!first) return;
  const url = new URL(location.href);
  const isTop = grid.isAtStart && grid.isFirst(first.tile) && first.offset >= 0;
  if (isTop) url.searchParams.delete("at");
  else url.searchParams.set("at", first.tile.dataset.cursor);
  const place = { id: first.tile.dataset.id, offset: first.offset, left: grid.leftFrom(first.tile) };
  const state = { ...history.state, place: isTop ? null : place };
  history.replaceState(state, "", url);
}

// After a load: back to where one was, or to the image that the address names.
export function restore(grid) {
  const place = history.state?.place;
  const tile = place && grid.find(place.id);
  if (!tile) return;
  if (tile === grid.tiles[0]) grid.endAfter(place.left);
  grid.put(tile, place.offset);
}
