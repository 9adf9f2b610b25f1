// What this page knows of the floor. The server is right: nothing here is guessed ahead of it.

const TABLES = ["queues", "waiting", "agents", "calls"];

const rows = (list) => new Map((list ?? []).map((row) => [row.id, row]));

/** Event "change" for each thing learnt; "draw" at most once a frame, and never while frozen. */
export class FloorStore extends EventTarget {
  queues = new Map();
  waiting = new Map();
  agents = new Map();
  calls = new Map();
  alerts = [];
  totals = {};
  me = { name: "", agent_id: null, supervision: null, call: null, wrap_up_until: null };
  version = 0;
  isLoaded = false;
  isFrozen = false;
  /** The websocket: state is live, reconnecting or stale; `over` is a close code that ends it. */
  connection = { state: "reconnecting", attempt: 0, since: null, retryAt: null, over: null };
  /** When a poll brought what is shown, in milliseconds of the server's clock; null: none did. */
  polledAt = null;
  phone = { epoch: 0, here: false, taken: false }; // the websocket's module asks; this page has no lease
  #isDrawing = false;

  change(known) {
    Object.assign(this, known);
    this.dispatchEvent(new Event("change"));
    this.draw();
  }

  snapshot({ version, floor }) {
    this.change({ version, polledAt: null, ...this.#whole(floor) });
  }

  /** What a poll brought, at this time of the server's clock. */
  polled(floor, at) {
    this.change({ polledAt: at, ...this.#whole(floor) });
  }

  delta({ version, changes }) {
    const known = { version };
    for (const name of TABLES) {
      const gone = changes.gone?.[name] ?? [];
      if (changes[name] || gone.length) known[name] = merged(this[name], changes[name], gone);
    }
    for (const name of ["alerts", "totals", "me"]) if (changes[name]) known[name] = changes[name];
    this.change(known);
  }

  freeze(isFrozen) {
    this.isFrozen = isFrozen;
    this.draw();
  }

  draw() {
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    requestAnimationFrame(() => {
      this.#isDrawing = false;
      this.dispatchEvent(new Event(this.isFrozen ? "frozen" : "draw"));
    });
  }

  get isLive() {
    return this.connection.state === "live";
  }

  /** The call that this person supervises: {call, leg, mode, state, uuid, since…}, or null. */
  get supervision() {
    return this.me.supervision ?? null;
  }

  /** The call that this person has taken over: {id, uuid, phone_call, name, number, since}, or null. */
  get taken() {
    const { call } = this.me;
    return call?.kind === "take_over" ? call : null;
  }

  #whole(floor) {
    const tables = Object.fromEntries(TABLES.map((name) => [name, rows(floor[name])]));
    const { alerts = [], totals = {}, me = this.me } = floor;
    return { isLoaded: true, ...tables, alerts, totals, me };
  }
}

function merged(known, changed = [], gone = []) {
  const all = new Map(known);
  for (const row of changed) all.set(row.id, row);
  for (const id of gone) all.delete(id);
  return all;
}
