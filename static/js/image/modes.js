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
