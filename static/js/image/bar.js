// The bar of a mode at the lower edge, as the server writes it.

import { get } from "../http.js";

export async function barOf(name, viewer) {
  const { pathname, search } = new URL(viewer.article.dataset.url, location.href);
  const page = new DOMParser().parseFromString(await get(`${pathname}mode/${name}/${search}`), "text/html");
  return document.adoptNode(page.querySelector("[data-mode]"));
}
