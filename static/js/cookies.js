// What the server must know before the first paint is kept in a cookie, for a year.

const YEAR_S = 365 * 24 * 3600;

export function remember(name, value) {
  document.cookie = `${name}=${value}; path=/; max-age=${YEAR_S}; samesite=lax`;
}
