// What the library adds to the palette: what can be done to the selection, or to the image in focus.

import { target } from "./acts.js";
import { offersFor } from "./offers.js";
import * as selection from "./selection.js";

export function entries() {
  const about = target();
  if (!about) return [{ group: "Commands", title: "Select the whole result", icon: "check-check", keys: ["Ctrl+A"], run: () => selection.all() }];
  const group = about.isSelection ? `${document.querySelector("#selection .selected span").textContent} selected` : "This image";
  return offersFor(about).flatMap(({ entries: offered }) => offered.flatMap((one) => {
    if (one.control === "rating") {
      return Array.from({ length: 10 }, (_, index) => ({
        group, title: `${one.title} ${index + 1}`, icon: one.icon, isQuiet: true, keys: [String((index + 1) % 10)], run: () => one.run(String(index + 1)),
      }));
    }
    return [{ group, title: one.longTitle ?? one.title, icon: one.icon, keys: one.keys, run: () => one.run() }];
  }));
}
