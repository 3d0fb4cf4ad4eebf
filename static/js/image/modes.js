// Culling and the slideshow: loaded when first asked for, one at a time.

import { announce } from "../http.js";

const MODULES = {
  cull: () => import("./cull.js"),
  slideshow: () => import("./slideshow.js"),
};

// A promise of the mode, begun over `viewer`; null where it could not be had.
export async function begin(name, viewer) {
  try {
    const { Mode } = await MODULES[name]();
    return new Mode(viewer);
  } catch {
    announce("toast", { text: "The server did not answer. Try again.", is_bad: true });
    return null;
  }
}

// The bar of a mode at the lower edge, as the server writes it.
export async function barOf(name, viewer, get) {
  const { pathname, search } = new URL(viewer.article.dataset.url, location.href);
  const page = new DOMParser().parseFromString(await get(`${pathname}mode/${name}/${search}`), "text/html");
  return document.adoptNode(page.querySelector("[data-mode]"));
}
