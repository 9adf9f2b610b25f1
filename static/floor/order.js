// Puts rows into their order with as few moves as there can be: what is moved loses focus and open lists.

/** Put these rows into `body` in this order; `pinned`, one of them or null, is not moved. */
export function place(body, rows, pinned = null) {
  const at = new Map([...body.children].map((child, index) => [child, index]));
  const places = rows.map((row) => at.get(row) ?? -1);
  const kept = ascending(places, rows.indexOf(pinned));
  let next = null;
  for (let index = rows.length - 1; index >= 0; index -= 1) {
    if (!kept.has(index)) body.insertBefore(rows[index], next);
    next = rows[index];
  }
}

/** The most indices whose places ascend already, `pin` among them; a place of -1 is none yet. */
function ascending(places, pin) {
  const isIn = (place, index) => {
    if (place < 0) return false;
    if (pin < 0 || places[pin] < 0) return true;
    return Math.sign(place - places[pin]) === Math.sign(index - pin);
  };
  const ends = []; // by length, the index at which the best run of that length ends
  const before = [];
  places.forEach((place, index) => {
    if (!isIn(place, index)) return;
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (places[ends[middle]] < place) low = middle + 1;
      else high = middle;
    }
    before[index] = ends[low - 1] ?? -1;
    ends[low] = index;
  });
  const kept = new Set();
  for (let index = ends.at(-1) ?? -1; index >= 0; index = before[index]) kept.add(index);
  return kept;
}
