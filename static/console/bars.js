// The call bar: one for each view, one shown at a time, filled from what is known.

import * as clock from "./clock.js";
import { byId, fill, forbid, setAttribute, setIcon, setText, show } from "./dom.js";
import { phoneNumber } from "./numbers.js";
import { notReady, viewOf } from "./store.js";
import { everyTick } from "./ticker.js";
import { ENDED_BY, STATES, SYSTEM_REASONS } from "./words.js";

const SILENT = {
  connecting: "Sound is coming back",
  reconnecting: "Sound interrupted",
  lost: "No sound here",
};

const CLOSED = { 4401: "You are logged out", 4403: "Not an agent", 4429: "This window is closed" };

const SETTLING = 700; // milliseconds

const lowerFirst = (text) => text.charAt(0).toLowerCase() + text.slice(1);

const bar = (name) => document.querySelector(`[data-bar="${name}"]`);

export class Bars {
  #store;
  #header;
  #devices;
  #shown = "opening";
  #settling = null;

  constructor({ store, header, devices }) {
    this.#store = store;
    this.#header = header;
    this.#devices = devices;
    store.addEventListener("change", () => this.#draw());
    everyTick(() => store.isLive && this.#fill(viewOf(store)));
  }

  #draw() {
    const view = viewOf(this.#store);
    const name = this.#nameOf(view);
    if (name !== this.#shown) this.#swap(name);
    this.#fill(view);
    const why = notReady(this.#store);
    for (const button of document.querySelectorAll("[data-ready]")) forbid(button, why);
    for (const place of ["preflight", "offline", "break", "missed"]) fill(bar(place), { why });
  }

  /** A call keeps its bar while the connection is lost: its sound has a way of its own. */
  #nameOf(view) {
    if (view === "lost" && this.#store.agent?.call && this.#store.phone.here) return "call";
    return view || "opening";
  }

  #swap(name) {
    const old = bar(this.#shown);
    const hadFocus = old.contains(document.activeElement);
    old.hidden = true;
    bar(name).hidden = false;
    this.#shown = name;
    this.#settle(old, bar(name));
    // Focus that would fall into nothing goes to what stands there now.
    if (hadFocus) bar(name).querySelector("h1").focus();
  }

  /** A click that was meant for the old bar does nothing in the new one. Keys go through. */
  #settle(old, fresh) {
    clearTimeout(this.#settling);
    old.style.pointerEvents = "";
    fresh.style.pointerEvents = "none";
    this.#settling = setTimeout(() => (fresh.style.pointerEvents = ""), SETTLING);
  }

  #fill(view) {
    const { agent } = this.#store;
    if (!agent) return this.#lost();
    const fillers = {
      offer: () => this.#offer(agent.offer),
      call: () => this.#call(agent.call),
      wrapup: () => this.#wrapUp(agent),
      available: () => this.#available(agent),
      break: () => this.#break(agent),
      offline: () =>
        fill(bar("offline"), {
          reason: SYSTEM_REASONS[agent.reason]?.long ?? "No calls are offered to you.",
        }),
      missed: () => this.#missed(agent),
      elsewhere: () => this.#elsewhere(agent),
      lost: () => (agent.call ? this.#call(agent.call) : this.#lost()),
    };
    fillers[view]?.();
  }

  #offer(offer) {
    if (!offer) return;
    const isAnswering = this.#store.answering === offer.id;
    const section = bar("offer");
    setAttribute(section, "data-offer", offer.id);
    fill(section, {
      from: phoneNumber(offer.from),
      badge: isAnswering ? "Connecting" : "Call offered",
      queue: offer.queue ?? "you",
      to: offer.to ? phoneNumber(offer.to) : "",
      choice: offer.choice,
      waited: clock.since(offer.enqueued_at),
      why: lowerFirst(offer.why ?? ""),
      accept: isAnswering ? "Connecting" : "Accept",
      ...this.#timeOf(offer, isAnswering),
    });
    forbid(byId("accept"), isAnswering);
    forbid(byId("decline"), isAnswering);
    this.#meter(offer);
  }

  #timeOf({ ring_until: until }, isAnswering) {
    if (isAnswering) return { left: "Connecting", then: "one moment" };
    if (!until) return { left: "Offered now", then: "your time to accept begins in a moment" };
    const left = clock.duration(Math.ceil(clock.secondsLeft(until)));
    return { left: `${left} left`, then: "then it goes to the next agent" };
  }

  #meter({ ring_until: until }) {
    const whole = (Date.parse(until) - Date.parse(this.#store.agent.since)) / 1000;
    const share = until ? Math.min(1, clock.secondsLeft(until) / whole) : 1;
    byId("offer-meter").style.width = `${100 * share}%`;
  }

  #call(call) {
    if (!call) return;
    const { sound, isLive, ending } = this.#store;
    const section = bar("call");
    setAttribute(section, "data-tone", isLive ? "talk" : "lost");
    setIcon(section, isLive ? "phone" : "signal-off");
    fill(section, {
      from: phoneNumber(call.from),
      doing: this.#doing(call),
      queue: call.queue,
      to: call.to ? phoneNumber(call.to) : "",
      waited:
        call.enqueued_at && call.answered_at
          ? clock.between(call.enqueued_at, call.answered_at)
          : "",
      mute: sound.muted ? "Unmute" : "Mute",
      sound: SILENT[sound.media] ?? "",
    });
    if (isLive) fill(section, { talked: clock.since(call.answered_at) });
    show(byId("flag-muted"), sound.muted);
    show(byId("flag-sound"), sound.media in SILENT);
    this.#controls(sound, ending === call.id);
  }

  #doing(call) {
    if (!this.#store.isLive) return "Last known";
    if (this.#store.ending === call.id) return "Ending";
    return call.answered_at ? "Talking" : "Connecting";
  }

  #controls(sound, isEnding) {
    const mute = byId("mute");
    const isSilent = ["none", "connecting", "lost"].includes(sound.media);
    setAttribute(mute, "aria-pressed", sound.muted);
    setAttribute(mute, "title", `${sound.muted ? "Unmute" : "Mute"} (Alt+Shift+M)`);
    setIcon(mute, sound.muted ? "mic-off" : "mic");
    forbid(mute, isSilent || isEnding);
    forbid(byId("keypad"), isSilent || isEnding);
    forbid(byId("end"), isEnding || (!this.#store.isLive && isSilent));
  }

  #wrapUp({ wrap_up: wrapUp, wrap_up_until: until, next_state: next }) {
    if (!wrapUp) return;
    const { from, queue, answered_at: answered, ended_at: ended, extendable, seconds } = wrapUp;
    fill(bar("wrapup"), {
      left: until ? `${clock.duration(Math.ceil(clock.secondsLeft(until)))} left` : "",
      from: phoneNumber(from),
      queue,
      talked: answered && ended ? clock.between(answered, ended) : "",
      ended_by: ENDED_BY[wrapUp.hung_up_by] ?? "",
      then: `At 0:00 you become ${STATES[next]?.word ?? "Available"}. The server keeps this time, also if you close the tab.`,
      extend: `${seconds} s more`,
    });
    forbid(byId("extend"), !extendable);
    setText(
      byId("extend-why"),
      extendable ? "" : "This was used already: after-call work is extended once.",
    );
    setAttribute(byId("extend"), "title", extendable ? null : "After-call work is extended once.");
  }

  #available({ no_offer_until: until }) {
    const isPaused = until && clock.secondsLeft(until) > 0;
    fill(bar("available"), {
      queues: [...this.#store.queues.values()].map((queue) => queue.name).join(", "),
      ringer: this.#devices.inUse("ringer").label,
      pause: isPaused
        ? `No call is offered until ${clock.atSecond(until)}, because the last one did not work out.`
        : "",
    });
  }

  #break({ reason, since }) {
    const system = SYSTEM_REASONS[reason]?.long;
    fill(bar("break"), {
      title: reason ? `On a break: ${this.#header.reason(reason)}` : "On a break",
      timer: clock.since(since),
      reason: system ?? `Since ${clock.atMinute(since)}. No calls are offered to you.`,
    });
  }

  #missed({ missed, since }) {
    const reason = ["The caller kept the place. No calls come to you until you are back."];
    if (missed) {
      const what = missed.queue ? `a ${missed.queue} call` : "a call";
      const set = `Set to Missed by the system at ${clock.atSecond(missed.at ?? since)}`;
      const rang = `rang here for ${missed.rang_seconds} s without an answer`;
      reason.unshift(`${set}: ${what} from ${phoneNumber(missed.from)} ${rang}.`);
    }
    fill(bar("missed"), { reason: reason.join(" ") });
  }

  #elsewhere({ call, offer }) {
    const { taken } = this.#store.phone;
    const reason = [
      taken ? "Calls ring and are spoken there." : "The window that held it was closed.",
    ];
    if (call) reason.push(`You are talking to ${phoneNumber(call.from)}.`);
    else if (offer) reason.push(`It is offered a call from ${phoneNumber(offer.from)}.`);
    reason.push(`Take over to have the phone${call ? " and this call" : ""} here.`);
    fill(bar("elsewhere"), {
      title: taken ? "Your phone is in another window" : "Your phone is in no window",
      reason: reason.join(" "),
      timer: clock.since(call?.answered_at),
    });
  }

  #lost() {
    const { agent, connection } = this.#store;
    fill(bar("lost"), {
      title: CLOSED[connection.over] ?? "No connection",
      reason: agent
        ? `You were ${STATES[agent.state].word.toLowerCase()} when the connection broke. What you see is as last known.`
        : "The server has not been reached yet.",
    });
  }
}
