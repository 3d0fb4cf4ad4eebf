// A symbol of the sprite, as the templates' tag `icon` makes it.

const SVG = "http://www.w3.org/2000/svg";
const sprite = document.querySelector("meta[name=icons]").content;

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg"), use = document.createElementNS(SVG, "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  return svg;
}
