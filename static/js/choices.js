// What this browser's person chose on the settings page; without a choice, or without storage, the default.

const DEFAULTS = { keep: "seen", advance: "on", interval: "5", shuffle: "off", losers: "leave" };

export function choice(name) {
  try {
    return localStorage.getItem(`dtk_${name}`) ?? DEFAULTS[name];
  } catch {
    return DEFAULTS[name];
  }
}

export function chooseFor(name, value) {
  try {
    if (value === DEFAULTS[name]) localStorage.removeItem(`dtk_${name}`);
    else localStorage.setItem(`dtk_${name}`, value);
  } catch { /* private mode: for this page only, where the caller keeps it */ }
}

export const MOST_S = 120;

export function interval() {
  const seconds = Number(choice("interval"));
  return seconds >= 1 && seconds <= MOST_S ? seconds : Number(DEFAULTS.interval);
}
