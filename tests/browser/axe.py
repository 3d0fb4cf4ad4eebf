"""axe-core in a page: what it calls serious or critical, in words that lead to the element."""

from functools import cache
from importlib.resources import files

from playwright.sync_api import Page

_RUN = """async (options) => {
  const { violations } = await axe.run(document, {
    resultTypes: ["violations"],
    runOnly: options,
  });
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ target, any, all, none }) => {
      const why = [...any, ...all, ...none].map(({ message }) => message).join("; ");
      return `${id} at ${target.join(" ")}: ${why}`;
    }));
}"""
_ALL = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
_COLOURS = {"type": "rule", "values": ["color-contrast"]}

# What goes on for ever, as the pulse of a running job, cannot be finished.
STILL = """document.getAnimations().forEach((animation) =>
  animation.effect.getComputedTiming().endTime === Infinity
    ? animation.cancel() : animation.finish())"""


@cache
def _source() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")


def wrongs(page: Page) -> list[str]:
    """In the theme that is shown, and its colours in the other one."""
    page.evaluate(_source())
    # What fades in has no contrast yet.
    page.evaluate(STILL)
    found = page.evaluate(_RUN, _ALL)
    other = """() => {
      const root = document.documentElement;
      const is_light = getComputedStyle(root).colorScheme === "light"
        || (root.dataset.theme === "auto" && matchMedia("(prefers-color-scheme: light)").matches);
      root.dataset.theme = is_light ? "dark" : "light";
    }"""
    page.evaluate(other)
    page.wait_for_timeout(200)  # colours glide
    page.evaluate(STILL)
    found += [f"in the other theme, {wrong}" for wrong in page.evaluate(_RUN, _COLOURS)]
    page.evaluate(other)
    return found
