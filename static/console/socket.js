// The one websocket to the server: commands with results, versions, beats, and coming back.

import * as clock from "./clock.js";
import { every, everyTick, within } from "./ticker.js";

const BEAT = 5; // seconds
const STALE = 15_000;
const ANSWER_WITHIN = 10_000;
const BACK_OFF = [1, 2, 4, 8]; // seconds
const ENDS = [4401, 4403, 4429];

/** A command that was refused, or could not be sent (`not_connected`) or was not answered (`no_answer`). */
export class CommandFailed extends Error {
  constructor({ code, message }) {
    super(message);
    this.code = code;
  }
}

export class Socket extends EventTarget {
  #url;
  #store;
  #socket = null;
  #waiting = new Map();
  #count = 0;
  #heard = 0;
  #attempt = 0;
  #retryAt = null; // of the steady clock; the store knows the time of day
  #catchingUp = false;

  constructor(url, store) {
    super();
    this.#url = url;
    this.#store = store;
    every(BEAT, () => this.#beat());
    everyTick(() => this.#watch());
    addEventListener("online", () => this.tryNow());
  }

  open() {
    this.#retryAt = null;
    this.#heard = performance.now();
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.addEventListener(
      "message",
      ({ data }) => socket === this.#socket && this.#read(JSON.parse(data)),
    );
    socket.addEventListener("close", ({ code }) => socket === this.#socket && this.#lost(code));
  }

  tryNow() {
    if (this.#retryAt !== null) this.open();
  }

  /** Send a command; its result, or CommandFailed. */
  async send(command, body = {}) {
    if (this.#socket?.readyState !== WebSocket.OPEN)
      throw new CommandFailed({ code: "not_connected" });
    const id = `c${(this.#count += 1)}`;
    const result = new Promise((done, fail) => this.#waiting.set(id, { done, fail }));
    this.#socket.send(JSON.stringify({ id, command, ...body }));
    try {
      return await within(ANSWER_WITHIN, result, () => new CommandFailed({ code: "no_answer" }));
    } finally {
      this.#waiting.delete(id);
    }
  }

  #read(frame) {
    this.#heard = performance.now();
    if (frame.type === "result") this.#settle(frame);
    else if (frame.type === "snapshot") this.#snapshot(frame);
    else if (frame.type === "delta") this.#delta(frame);
  }

  #settle({ id, ok, error, ...result }) {
    const waiting = this.#waiting.get(id);
    if (ok) waiting?.done(result);
    else waiting?.fail(new CommandFailed(error));
  }

  #snapshot(frame) {
    this.#attempt = 0;
    if (frame.now) clock.learn(frame.now, Date.now());
    const isNew = !this.#store.isLive;
    // A new socket does not hold the phone yet; whether this window still does, its claim will say.
    if (isNew && this.#store.phone.here) frame.phone = this.#store.phone;
    if (isNew) this.#connection({ state: "live", attempt: 0, since: clock.now(), retryAt: null });
    this.#store.snapshot(frame);
    if (isNew) {
      this.dispatchEvent(new Event("live"));
      this.#beat();
    }
  }

  #delta(frame) {
    if (frame.version === this.#store.version + 1) this.#store.delta(frame);
    else this.#catchUp();
  }

  /** A frame was missed: everything afresh, asked for once. */
  async #catchUp() {
    if (this.#catchingUp) return;
    this.#catchingUp = true;
    await this.send("snapshot").catch(() => {});
    this.#catchingUp = false;
  }

  async #beat() {
    if (!this.#store.isLive) return;
    const started = performance.now();
    try {
      const { now } = await this.send("beat");
      const roundTrip = Math.round(performance.now() - started);
      if (now) clock.learn(now, Date.now(), roundTrip);
      if (roundTrip !== this.#store.connection.roundTrip) this.#connection({ roundTrip });
    } catch {
      // Silence is what #watch looks for.
    }
  }

  #watch() {
    if (this.#retryAt !== null) {
      if (performance.now() >= this.#retryAt) this.open();
    } else if (this.#socket && performance.now() - this.#heard > STALE) {
      const socket = this.#socket;
      const { state, since } = this.#store.connection;
      this.#connection({ state: "stale", since: state === "live" ? clock.now() : since });
      this.#lost(1006);
      socket.close();
    }
  }

  #lost(code) {
    this.#socket = null;
    for (const { fail } of this.#waiting.values())
      fail(new CommandFailed({ code: "not_connected" }));
    this.#waiting.clear();
    const isOver = ENDS.includes(code);
    const wait = BACK_OFF[Math.min(this.#attempt, BACK_OFF.length - 1)] * 1000;
    this.#attempt += 1;
    this.#retryAt = isOver ? null : performance.now() + wait;
    const { state, since } = this.#store.connection;
    this.#connection({
      state: isOver || state === "stale" ? "stale" : "reconnecting",
      since: state === "live" || since === null ? clock.now() : since,
      attempt: this.#attempt,
      retryAt: isOver ? null : Date.now() + wait,
      over: isOver ? code : null,
    });
    this.dispatchEvent(new Event("lost"));
  }

  #connection(known) {
    this.#store.change({ connection: { ...this.#store.connection, ...known } });
  }
}
