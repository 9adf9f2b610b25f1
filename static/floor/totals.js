// The figures over all my queues, each with its target or what it is made of.

import { byId, setText } from "../console/dom.js";
import { plural } from "../console/words.js";
import {
  lasting,
  levelOf,
  mark,
  REACHED,
  secondsSince,
  shareLevel,
  shareOf,
} from "./marks.js";

const OTHERS = [
  ["busy", "busy"],
  ["on_break", "on break"],
  ["wrap_up", "after call"],
  ["offered", "ringing"],
  ["missed", "missed"],
];

const sum = (rows, name) => rows.reduce((total, row) => total + row[name], 0);

export class Totals {
  #store;
  #shown;

  /** `shown`: of how many states of agents, the most telling first, the numbers are given. */
  constructor(store, { shown = OTHERS.length } = {}) {
    this.#store = store;
    this.#shown = shown;
  }

  draw() {
    const { totals, isLoaded } = this.#store;
    if (!isLoaded) return;
    const queues = [...this.#store.queues.values()];
    this.#tile("waiting", totals.waiting, "", "in all queues");
    this.#drawFree(totals);
    this.#drawRecent(totals);
    this.#drawLevel(totals.service_level, queues);
    const abandoned = sum(queues, "abandoned_today");
    const offered = sum(queues, "offered_today");
    this.#tile("abandoned", abandoned, shareOf(abandoned, offered), `of ${offered} offered`);
    this.tick();
  }

  #drawFree(totals) {
    const others = OTHERS.filter(([state]) => totals[state]);
    const signedIn = others.reduce((all, [state]) => all + totals[state], totals.available);
    const words = others.slice(0, this.#shown).map(([state, word]) => `${totals[state]} ${word}`);
    this.#tile("free", totals.available, `of ${signedIn}`, words.join(", "));
  }

  /** Without one target for all queues nothing says whether it is enough. */
  #drawRecent({ service_level_30: level = null, target = null }) {
    if (level === null) {
      this.#tile("recent", "–", "", "no call in that time");
      return;
    }
    const words = target ? `target ${target.percent} %` : "all queues together";
    const isUnder = target && level < target.percent;
    this.#tile("recent", level, "%", words, target ? (isUnder ? "over" : "ok") : "", REACHED);
  }

  #drawLevel(level, queues) {
    if (level === null) {
      this.#tile("level", "–", "", "no call was answered yet");
      return;
    }
    const isUnder = ({ service_level: reached, target }) =>
      shareLevel(reached, target.percent) === "over";
    const under = queues.filter(isUnder).length;
    const words = under
      ? `${plural(under, "queue", "queues")} under target`
      : "every queue on target";
    this.#tile("level", Math.round(level), "%", words, under ? "over" : "ok");
  }

  /** The longest wait grows by itself. */
  tick() {
    const { totals, queues, waiting } = this.#store;
    const { longest_since: since } = totals;
    const first = since && [...waiting.values()].find(({ enqueued_at: at }) => at === since);
    const queue = first && [...queues.values()].find(({ name }) => name === first.queue);
    const target = queue?.target.seconds ?? null;
    const level = levelOf(secondsSince(since), target);
    const words = target === null ? "of all calls" : `target ${target} s`;
    this.#tile("longest", lasting(since), "", since ? words : "nobody waits", level);
  }

  #tile(name, value, small, foot, level = "", words = undefined) {
    const tile = byId(`total-${name}`);
    if (!tile) return;
    tile.slots ??= Object.fromEntries(
      [...tile.querySelectorAll("[data-slot]")].map((slot) => [slot.dataset.slot, slot]),
    );
    setText(tile.slots.value, value);
    setText(tile.slots.small, small);
    mark(tile.slots.foot, foot, level, words);
    if (tile.dataset.level !== level) tile.dataset.level = level;
  }
}
