// The queues: who waits, against which target, and who is there for them.

import { setAttribute, setText } from "../console/dom.js";
import {
  lasting,
  levelOf,
  mark,
  percent,
  REACHED,
  secondsSince,
  shareLevel,
  shareOf,
} from "./marks.js";
import { Rows } from "./rows.js";

export function queueTable({ section, filters = null }) {
  return new Rows(section, {
    draw(tr, row) {
      const { slots } = tr;
      const { percent: share, seconds } = row.target;
      setText(slots.name, row.name);
      setText(
        slots.target,
        `${row.open === false ? "Closed now · " : ""}${share} % in ${seconds} s`,
      );
      mark(slots.waiting, row.waiting, row.waiting && row.state !== "ok" ? row.state : "");
      mark(slots.level, percent(row.service_level), shareLevel(row.service_level, share), REACHED);
      setText(slots.available, row.agents_available);
      setText(slots["in-calls"], row.in_calls);
      setText(slots.abandoned, row.abandoned_today);
      setAttribute(tr, "data-queue", row.name);
      setAttribute(tr, "data-waiting", row.waiting);
      if (!filters) return;
      setText(slots["signed-in"], row.agents_signed_in);
      setText(slots.answered, row.answered_today);
      setText(slots.offered, `of ${row.offered_today}`);
      setText(slots.share, shareOf(row.abandoned_today, row.offered_today));
      const isChosen = filters.queue === row.name;
      setAttribute(tr.acts.filter, "aria-pressed", isChosen);
      setAttribute(
        tr.acts.filter,
        "title",
        isChosen ? "Show every queue" : `Show ${row.name} only`,
      );
    },
    tick({ slots }, { longest_since: since, target }) {
      mark(slots.longest, lasting(since), levelOf(secondsSince(since), target.seconds));
    },
    acted: (_, row) => filters?.choose(row.name),
  });
}
