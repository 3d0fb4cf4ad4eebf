// What the server tells of the map as bytes; the formats are said where they are written, in embeddings/views/maps.py.

import { Refused, wordsIn } from "../http.js";

async function bytes(url, signal) {
  const response = await fetch(url, { credentials: "same-origin", headers: { "HX-Request": "true" }, signal });
  if (!response.ok) throw new Refused(response.status, wordsIn(await response.text()));
  return response.arrayBuffer();
}

// The points in the order of their ids: `places` are pairs of steps on the sheet, `idOf(number)` whose it is.
export async function points(url) {
  const buffer = await bytes(url);
  const view = new DataView(buffer);
  const count = view.getUint32(4, true), first = view.getFloat64(8, true);
  const beyond = new Uint32Array(count), places = new Uint16Array(count * 2);
  for (let at = 16, done = 0; done < count;) {
    const many = view.getUint32(at, true);
    beyond.set(new Uint32Array(buffer, at + 4, many), done);
    places.set(new Uint16Array(buffer, at + 4 + many * 4, many * 2), done * 2);
    at += 4 + many * 8;
    done += many;
  }
  return { count, places, idOf: (number) => first + beyond[number] };
}

// One byte a point: 1 where the result holds it. `count` is of how many points the answer was.
export async function result(url, signal) {
  const buffer = await bytes(url, signal);
  const [count, held] = new Uint32Array(buffer, 0, 2), bits = new Uint8Array(buffer, 8);
  const marks = new Uint8Array(count);
  for (let number = 0; number < count; number++) marks[number] = (bits[number >> 3] >> (number & 7)) & 1;
  return { count, held, marks };
}

export async function colours(url) {
  const buffer = await bytes(url);
  const length = new DataView(buffer).getUint32(0, true);
  const legend = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  return { titles: legend.titles, isGraded: legend.is_graded, numbers: new Uint8Array(buffer.slice(4 + length)) };
}
