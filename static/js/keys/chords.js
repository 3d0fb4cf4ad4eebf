// Keys as text: "f", "Shift+f", "Ctrl+z" (Command counts as Ctrl), "ArrowLeft"; and as people read them.

const NAMES = {
  ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc", " ": "Space", Delete: "Del", Backspace: "⌫",
  PageDown: "Page ↓", PageUp: "Page ↑", "-": "−",
};
const ARIA = { " ": "Space", "+": "Plus" };
const MODIFIERS = new Set(["Control", "Shift", "Alt", "Meta", "AltGraph", "CapsLock", "Dead", "Process", "Unidentified"]);

export const isModifier = (event) => MODIFIERS.has(event.key);

// A sign that needs Shift, as "?", is that sign alone; a letter or a named key says so.
export function chordOf(event) {
  const { key } = event;
  const isLetter = key.length === 1 && key.toLowerCase() !== key.toUpperCase();
  const isAltGr = event.getModifierState?.("AltGraph");
  let chord = "";
  if ((event.ctrlKey || event.metaKey) && !isAltGr) chord += "Ctrl+";
  if (event.altKey && !isAltGr) chord += "Alt+";
  if (event.shiftKey && (isLetter || key.length > 1)) chord += "Shift+";
  return chord + (key.length === 1 ? key.toLowerCase() : key);
}

export const withoutShift = (chord) => chord.replace("Shift+", "");

const parts = (chord) => {
  const key = chord.match(/(?:^|\+)(\+|[^+]+)$/)[1];
  return [chord.slice(0, chord.length - key.length).split("+").filter(Boolean), key];
};

// One sign without Ctrl or Alt: what a person who dictates would press by mistake (WCAG 2.1.4).
export function isSingle(chord) {
  const [held, key] = parts(chord);
  return key.length === 1 && key !== " " && !held.includes("Ctrl") && !held.includes("Alt");
}

export function shownAs(chord) {
  const [held, key] = parts(chord);
  return [...held, NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key)].join("+");
}

export function ariaOf(chord) {
  const [held, key] = parts(chord);
  return [...held.map((name) => (name === "Ctrl" ? "Control" : name)), ARIA[key] ?? (key.length === 1 ? key.toUpperCase() : key)].join("+");
}
