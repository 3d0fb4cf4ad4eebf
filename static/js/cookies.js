// What the server must know before the first paint is kept in a cookie, for a year.

const YEAR_S = 365 * 24 * 3600;

export function remember(name, value) {
  document.cookie = `${name}=${value}; path=/; max-age=${YEAR_S}; samesite=lax`;
}

export const recall = (name) => document.cookie.match(new RegExp(`(?:^|; )${name}=(\\w+)`))?.[1];

// Whether a person has what is NSFW shown without asking, as the settings page keeps it.
export const isRevealedAtFirst = () => recall("dtk_nsfw") === "shown";
