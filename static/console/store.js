// What this page knows. The server is right: nothing here is guessed ahead of it.

import { isSoundOurs } from "../supervising/sound_place.js";
import { NO_SDK } from "./words.js";

const rows = (list) => new Map(list.map((row) => [row.id, row]));

export class Store extends EventTarget {
  agent = null;
  queues = new Map();
  people = new Map();
  phone = { epoch: 0, here: false, taken: false };
  version = 0;
  /** The websocket: state is live, reconnecting or stale; `over` is a close code that ends it. */
  connection = {
    state: "reconnecting",
    attempt: 0,
    since: null,
    retryAt: null,
    roundTrip: null,
    over: null,
  };
  /** The SDK's session: state is connecting, ready, lost or missing; `trouble` is a sentence. */
  line = { state: "connecting", trouble: "" };
  /** The call's sound here: media is none, connecting, live, reconnecting or lost. */
  sound = { media: "none", muted: false, speaking: false, trouble: "" };
  microphone = { state: "unknown", why: "" };
  answering = null; // the offer that was accepted here and is not connected yet
  ending = null; // the call that was ended here and is not over yet
  asked = []; // what was asked of the call here and is not in the agent's picture yet: {kind, call, key, leg}
  calling = null; // the call that is being made here, until its sound is here
  checking = false; // the checks are open
  minutesHeld = 0; // whole minutes that the caller has been on hold
  handed = null; // to whom the call was last transferred from here: {call, name, isTheirs}
  isOverLimit = false; // the break has lasted longer than its reason allows
  card = null; // of the call at hand
  day = null;

  change(known) {
    Object.assign(this, known);
    this.dispatchEvent(new Event("change"));
  }

  snapshot({ version, agent, queues, people, phone }) {
    this.change({ version, agent, queues: rows(queues), people: rows(people), phone });
  }

  delta({ version, changes }) {
    const merged = (known, changed) => {
      if (!changed) return known;
      const all = new Map(known);
      for (const row of changed) all.set(row.id, { ...all.get(row.id), ...row });
      return all;
    };
    this.change({
      version,
      agent: changes.agent ?? this.agent,
      phone: changes.phone ?? this.phone,
      queues: merged(this.queues, changes.queues),
      people: merged(this.people, changes.people),
    });
  }

  get isLive() {
    return this.connection.state === "live";
  }

  /** Somebody else holds the phone, or it is not ours yet while a call runs. */
  get isElsewhere() {
    return !this.phone.here && (this.phone.taken || Boolean(this.spoken));
  }

  /** The call of a colleague that I am in to help: {call, mode, state, …}, or null. */
  get supervision() {
    return this.agent?.supervision ?? null;
  }

  /** The call whose sound belongs here: one's own, or a colleague's that is listened to. */
  get spoken() {
    const { supervision } = this;
    const call = this.agent?.call;
    return call ?? (supervision ? { ...supervision, id: supervision.call } : null);
  }

  /** The call at hand was listened to first, and its sound is in the tab that answered it then. */
  get isSoundAway() {
    const { agent, phone, sound } = this;
    const isBegun = agent?.call ?? agent?.supervision?.state === "joined";
    const isHere = sound.media !== "none" || this.answering || this.calling;
    return Boolean(phone.here && isBegun && !isHere && !isSoundOurs(agent));
  }

  /** The call that the agent works on: offered, live, or in wrap-up. */
  get callId() {
    const { offer, call, wrap_up: wrapUp } = this.agent ?? {};
    return offer?.call ?? call?.id ?? wrapUp?.call ?? null;
  }
}

/** What the lower part of the page is about: "", preflight, idle, offer or work. */
export function stageOf(store) {
  const { agent } = store;
  if (!agent) return "";
  const isChecking = store.checking && !store.isElsewhere;
  if (agent.supervision && !agent.call) return "idle";
  if (isChecking && ["offline", "on_break", "missed"].includes(agent.state)) return "preflight";
  return { offered: "offer", busy: "work", wrap_up: "work" }[agent.state] ?? "idle";
}

/** What the page is about: the `data-view` of the body. */
export function viewOf(store) {
  const { agent } = store;
  if (!store.isLive && (agent || store.connection.attempt > 0)) return "lost";
  if (!agent) return "";
  if (store.isElsewhere) return "elsewhere";
  if (stageOf(store) === "preflight") return "preflight";
  if (agent.supervision && !agent.call) return "coach";
  const views = { offered: "offer", busy: "call", wrap_up: "wrapup", on_break: "break" };
  return views[agent.state] ?? agent.state;
}

/** The queue requires an outcome, so the work after the call is not left by hand without one. */
export function outcomeMissing({ agent }) {
  const wrapUp = agent?.state === "wrap_up" ? agent.wrap_up : null;
  return Boolean(wrapUp?.outcome_required) && wrapUp.outcome === null;
}

/** Why the agent cannot take calls here now: one sentence, or nothing. */
export function notReady(store) {
  if (!store.isLive) return "Waiting for the connection to the server.";
  if (!store.phone.here) return "Your phone is in another window.";
  if (store.line.state === "missing") return NO_SDK;
  if (store.microphone.state === "bad") return store.microphone.why;
  if (store.line.state !== "ready") return store.line.trouble || "Your phone line is being opened.";
  if (store.checking && store.microphone.state !== "ok") return "Waiting for the microphone.";
  return "";
}
