// The call bar while no call is at hand.

import * as clock from "./clock.js";
import { fill } from "./dom.js";
import { placeInLine } from "./line.js";
import { phoneNumber } from "./numbers.js";
import { missedWords } from "./offer_words.js";
import { reasonWord, setBy } from "./reasons.js";
import { STATES, SYSTEM_REASONS } from "./words.js";

const CLOSED = { 4401: "You are logged out", 4403: "Not an agent", 4429: "This window is closed" };

const list = new Intl.ListFormat("en-GB");

export function drawAvailable(section, store, ringer) {
  const { no_offer_until: until } = store.agent;
  const isPaused = until && clock.secondsLeft(until) > 0;
  const queues = list.format([...store.queues.values()].map((queue) => queue.name));
  fill(section, {
    line: queues && !isPaused ? placeInLine(store) : "",
    queues,
    ringer,
    pause: isPaused
      ? `No call is offered until ${clock.atSecond(until)}, because the last one did not work out.`
      : "",
  });
}

export function drawBreak(section, { agent }) {
  const { reason, reason_label: label, since } = agent;
  fill(section, {
    title: reason ? `On a break: ${reasonWord(reason, label)}` : "On a break",
    timer: clock.since(since),
    set_by: setBy(agent),
    reason:
      SYSTEM_REASONS[reason]?.long ??
      `Since ${clock.onDayOrAt(since)}. No calls are offered to you.`,
  });
}

export function drawOffline(section, { agent }) {
  fill(section, {
    set_by: setBy(agent),
    reason: SYSTEM_REASONS[agent.reason]?.long ?? "No calls are offered to you.",
  });
}

export function drawMissed(section, { agent: { missed, since } }) {
  const reason = ["No calls come to you until you are back."];
  const isKept = missed?.queue && ["call", "callback"].includes(missed.kind);
  if (isKept) reason.unshift("The caller kept the place.");
  if (missed) {
    const set = `Set to Missed by the system at ${clock.onDayOrAtSecond(missed.at ?? since)}`;
    reason.unshift(`${set}: ${missedWords(missed)}.`);
  }
  fill(section, { reason: reason.join(" ") });
}

export function drawElsewhere(section, { agent: { call, offer }, phone: { taken } }) {
  const where = taken ? "Calls ring and are spoken there." : "The window that held it was closed.";
  const reason = [where];
  const number = phoneNumber((call ?? offer)?.number || (call ?? offer)?.from);
  if (call) reason.push(`You are talking to ${number}.`);
  else if (offer) reason.push(`It is offered a call with ${number}.`);
  reason.push(`Take over to have the phone${call ? " and this call" : ""} here.`);
  fill(section, {
    title: taken ? "Your phone is in another window" : "Your phone is in no window",
    reason: reason.join(" "),
    timer: clock.since(call?.answered_at),
  });
}

export function drawLost(section, { agent, connection }) {
  const was = agent && STATES[agent.state].word.toLowerCase();
  fill(section, {
    title: CLOSED[connection.over] ?? "No connection",
    reason: agent
      ? `You were ${was} when the connection broke. What you see is as last known.`
      : "The server has not been reached yet.",
  });
}
