// The last searches, for the palette; kept in this browser.

const KEY = "dtk_searches", MOST = 12, REST_MS = 2500;
let timer = 0;

export function recent() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "[]");
  } catch {
    return [];
  }
}

// A search that one rests at; what was on the way to it is none.
export function note(querystring) {
  clearTimeout(timer);
  const words = new URLSearchParams(querystring).get("q");
  if (!words) return;
  timer = setTimeout(() => {
    const others = recent().filter((one) => one.words !== words);
    const kept = [{ words, url: `${location.pathname}${querystring}` }, ...others].slice(0, MOST);
    try { localStorage.setItem(KEY, JSON.stringify(kept)); } catch { /* private mode */ }
  }, REST_MS);
}
