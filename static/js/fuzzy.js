// How well letters fit a title: all in their order, best where words begin and where they run together.

// 0 where they do not fit, else the higher the better.
export function fit(letters, title) {
  const wanted = letters.toLowerCase().replace(/\s+/g, ""), text = title.toLowerCase();
  if (!wanted) return 1;
  let score = 0, at = -1, run = 0;
  for (const letter of wanted) {
    const from = at + 1;
    let next = text.indexOf(letter, from);
    if (next < 0) return 0;
    const start = wordStart(text, letter, from);
    if (next !== from && start >= 0) next = start;
    run = next === from && at >= 0 ? run + 1 : 0;
    score += 1 + run * 2 + (next === 0 || /[\s\-_/]/.test(text[next - 1]) ? 4 : 0);
    at = next;
  }
  if (text.includes(letters.toLowerCase().trim())) score += 10;
  return score / (1 + text.length / 60);
}

function wordStart(text, letter, from) {
  for (let i = from; i < text.length; i += 1) {
    if (text[i] === letter && (i === 0 || /[\s\-_/]/.test(text[i - 1]))) return i;
  }
  return -1;
}
