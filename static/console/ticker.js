// A beat twice a second that a hidden tab keeps too: an agent who reads another page stays reachable.

const worker = new Worker(new URL("./tick_worker.js", import.meta.url));

/** Call `tick` every half second. */
export function everyTick(tick) {
  worker.addEventListener("message", () => tick());
}

/** Call `tick` every `seconds`, roughly. */
export function every(seconds, tick) {
  let last = performance.now();
  everyTick(() => {
    if (performance.now() - last < seconds * 1000 - 100) return;
    last = performance.now();
    tick();
  });
}

export const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/** `promise`, or an error of your making if it takes longer. */
export function within(milliseconds, promise, late) {
  let timer;
  const timeout = new Promise((_, fail) => (timer = setTimeout(() => fail(late()), milliseconds)));
  return Promise.race([promise, timeout]).finally(() => clearTimeout(timer));
}
