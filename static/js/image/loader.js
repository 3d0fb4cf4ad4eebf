// Fetches image fragments and decodes their originals ahead, so that a step shows a ready picture.

import { get } from "../http.js";

const KEPT = 12;
const loaded = new Map();
const ready = new WeakMap(); // the article of each promise that has come

// A promise of the fragment's <article>; the same element each time while it is remembered, but one
// that is shown somewhere stays there.
export function load(url) {
  let known = loaded.get(url);
  if (ready.get(known)?.isConnected) known = undefined;
  loaded.delete(url);
  const promise = known ?? fetchArticle(url);
  loaded.set(url, promise);
  if (!known) promise.then((article) => ready.set(promise, article), () => loaded.delete(url));
  for (const old of loaded.keys()) {
    if (loaded.size <= KEPT) break;
    loaded.delete(old);
  }
  return promise;
}

export function keep(url, article) {
  const promise = Promise.resolve(article);
  ready.set(promise, article);
  loaded.set(url, promise);
}

// Two ahead and one behind: where a person goes next, mostly. Who decides fast has more ahead.
export async function loadAround(article, many = 2) {
  let next = await ahead(stepUrl(article, "next"));
  await ahead(stepUrl(article, "previous"));
  for (let count = 1; next && count < many; count += 1) next = await ahead(stepUrl(next, "next"));
}

export const stepUrl = (article, direction) => article.querySelector(`[data-step=${direction}]`)?.getAttribute("href");

async function ahead(url) {
  if (!url) return null;
  try {
    const article = await load(url);
    article.querySelector("[data-original]")?.decode().catch(() => {}); // told when it is shown
    return article;
  } catch {
    return null; // told when it is asked for
  }
}

async function fetchArticle(url) {
  const page = new DOMParser().parseFromString(await get(url), "text/html");
  const article = page.querySelector("[data-viewer]");
  if (!article) throw new Error("This image could not be opened. Reload the page and try again.");
  return document.adoptNode(article);
}

// What was said of an image elsewhere is not in the copies kept here, nor in those under way.
document.addEventListener("images:curated", ({ detail }) => {
  const ids = new Set(detail.images.map(({ id }) => String(id)));
  for (const [url, promise] of [...loaded]) {
    const isShown = ready.get(promise)?.isConnected;
    if (!isShown && ids.has(url.match(/\/images\/(\d+)\//)?.[1])) loaded.delete(url);
  }
});
