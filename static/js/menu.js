// Menus are <details>: they close by Escape, by a click elsewhere and when focus leaves.

const openMenus = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("focusin", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  const menu = [...openMenus()].at(-1);
  if (!menu) return;
  if (event.key === "Escape") {
    menu.open = false;
    menu.querySelector("summary").focus();
    event.preventDefault();
  }
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by && menu.contains(document.activeElement)) {
    const stops = [...menu.querySelectorAll("summary, a, button")];
    stops[(stops.indexOf(document.activeElement) + by + stops.length) % stops.length].focus();
    event.preventDefault();
  }
});
