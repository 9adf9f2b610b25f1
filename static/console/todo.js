// What waits to be done between calls: messages, callbacks, calls without their outcome.

import { fetchTodo } from "./api.js";
import { byId, fill, setText, show } from "./dom.js";
import { stageOf } from "./store.js";
import { everyTick } from "./ticker.js";
import { say, toast } from "./toasts.js";
import { CallbackRow, forgetOutcomes, MessageRow, OutcomeRow } from "./todo_rows.js";
import { refusal } from "./words.js";

const ROWS = { outcomes: OutcomeRow, voicemails: MessageRow, callbacks: CallbackRow };
// Of a queue's row: what happens to a message or a callback changes one of them, mostly.
const COUNTED = ["voicemails", "voicemails_claimed", "callbacks", "callbacks_calling"];
// Milliseconds. All consoles hear of a change at once: they ask one after the other.
const SPREAD = 3000;
const APART = 5000; // two looks for which others are the reason
const AGAIN = 60_000; // what no count tells: messages for no queue, two changes that cancel out
const AFTER_FAILURE = 15_000;

export class Todo {
  #store;
  #socket;
  #rows = new Map(); // "voicemails 7" → its row, kept while it is there: somebody may be listening
  #list = null;
  #own = ""; // the agent's own part, for which the list was last asked
  #others = ""; // and what others may have changed
  #askedAt = -Infinity;
  #lookAfter = AGAIN;
  #timer = null;
  #isLoading = false;
  #isStale = false; // the agent did something while it was being loaded
  #hasFailed = false;

  constructor({ store, socket }) {
    this.#store = store;
    this.#socket = socket;
    store.addEventListener("change", () => this.#follow());
    byId("todo-again").addEventListener("click", () => this.#load());
    byId("todo-rows").addEventListener("play", ({ target }) => silence(target), true);
    document.addEventListener("visibilitychange", () => this.#isWatched && this.#soon(0));
    everyTick(() => this.#isDue && this.#load());
  }

  get #isShown() {
    return this.#store.isLive && stageOf(this.#store) === "idle";
  }

  get #isWatched() {
    return this.#isShown && !document.hidden;
  }

  get #isDue() {
    return this.#isWatched && performance.now() - this.#askedAt > this.#lookAfter;
  }

  #follow() {
    const { agent, queues, isLive } = this.#store;
    const stage = stageOf(this.#store);
    if (stage !== "idle") silence();
    const outcomes = agent?.outcomes ?? 0;
    const counts = [...queues.values()].map((row) => COUNTED.map((name) => row[name]));
    drawCounts(outcomes, counts);
    const own = `${stage} ${outcomes}`;
    const others = JSON.stringify([isLive, [...queues.keys()], counts]);
    const isOwn = own !== this.#own;
    const isNew = isOwn || others !== this.#others;
    [this.#own, this.#others] = [own, others];
    if (!isNew || !this.#isShown) return;
    if (isOwn) this.#load();
    else this.#soon(SPREAD);
  }

  /** Within this time, for what others did; a page that is not looked at asks when it is. */
  #soon(spread) {
    if (this.#timer !== null) return;
    const rest = this.#askedAt + APART - performance.now();
    const ask = () => {
      this.#timer = null;
      if (this.#isWatched) this.#load();
    };
    this.#timer = setTimeout(ask, Math.max(rest, spread * Math.random()));
  }

  async #load() {
    this.#isStale = this.#isLoading;
    if (this.#isLoading) return;
    this.#isLoading = true;
    this.#askedAt = performance.now();
    this.#draw();
    try {
      this.#take(await fetchTodo());
    } catch {
      this.#hasFailed = true;
    }
    this.#lookAfter = (this.#hasFailed ? AFTER_FAILURE : AGAIN) * (1 + Math.random() / 4);
    this.#isLoading = false;
    this.#draw();
    if (this.#isStale) await this.#load();
  }

  #take(list) {
    const known = this.#list && new Set(itemsOf(this.#list).map(({ key }) => key));
    this.#list = list;
    this.#hasFailed = false;
    forgetOutcomes();
    this.#draw();
    if (known) this.#tell(itemsOf(list).filter(({ key }) => !known.has(key)));
  }

  #tell([first, ...more]) {
    if (!first) return;
    const { title } = this.#rows.get(first.key);
    say(more.length ? `${1 + more.length} new things to do.` : `New to do: ${title}.`);
  }

  #draw() {
    const items = itemsOf(this.#list ?? {});
    this.#drawRows(items);
    setText(byId("todo-state"), this.#hasFailed ? "" : wordsFor(this.#list === null, items.length));
    const failed = byId("todo-failed");
    if (this.#hasFailed && failed.hidden) say("The list of things to do could not be loaded.");
    show(failed, this.#hasFailed);
    show(byId("todo-scroll"), items.length > 0);
  }

  #drawRows(items) {
    const body = byId("todo-rows");
    const wanted = new Map(items.map((one) => [one.key, one]));
    for (const [key, row] of this.#rows) {
      if (wanted.has(key)) continue;
      if (row.element.contains(document.activeElement)) byId("todo-title").focus();
      row.element.remove();
      this.#rows.delete(key);
    }
    for (const [key, { kind, item }] of wanted) {
      if (!this.#rows.has(key)) this.#rows.set(key, this.#start(kind, item));
      this.#rows.get(key).draw(item);
    }
    // Only what is new moves: a row that is taken out and put in again would fall silent.
    [...wanted.keys()].forEach((key, at) => {
      const { element } = this.#rows.get(key);
      if (body.children[at] !== element) body.insertBefore(element, body.children[at] ?? null);
    });
  }

  #start(kind, item) {
    return new ROWS[kind](item, (command, content, done) => this.#act(command, content, done));
  }

  /** Tell the server; then the list says what came of it. Whether it was taken. */
  async #act(command, content, done) {
    let isTaken = true;
    try {
      await this.#socket.send(command, content);
      say(done);
    } catch (error) {
      isTaken = false;
      toast(refusal(error), "warn");
    }
    await this.#load();
    return isTaken;
  }
}

function itemsOf(list) {
  return Object.keys(ROWS).flatMap((kind) =>
    (list[kind] ?? []).map((item) => ({ kind, item, key: `${kind} ${item.id ?? item.call}` })),
  );
}

/** An empty count hides its badge. */
function drawCounts(outcomes, counts) {
  const sum = (at) => counts.reduce((all, row) => all + row[at], 0);
  fill(byId("todo-counts"), {
    outcomes: outcomes || "",
    voicemails: sum(COUNTED.indexOf("voicemails")) || "",
    callbacks: sum(COUNTED.indexOf("callbacks")) || "",
  });
}

/** No message plays on, but the one that the agent has just started. */
function silence(but = null) {
  for (const audio of document.querySelectorAll("#todo-rows audio")) {
    if (audio !== but) audio.pause();
  }
}

function wordsFor(isFirst, count) {
  if (isFirst) return "Loading…";
  return count ? "" : "Nothing to do now";
}
