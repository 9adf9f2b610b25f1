// The bar of the call that I supervise: whom I hear, how, and the way out.

import { byId, fill, forbid, setAttribute, setIcon, setText, show } from "../console/dom.js";
import { say } from "../console/toasts.js";
import { MODES } from "../supervising/modes.js";
import { stageOf } from "../supervising/stage.js";
import { focusIn, keepFocus } from "./agent_buttons.js";
import { callerOf } from "./calls.js";
import { lasting } from "./marks.js";
import { isTalking, whyNot } from "./words.js";

const SWITCHES = Object.keys(MODES);
const SETTLES = 700; // milliseconds in which a press was meant for what stood there before

const toneOf = (state, taken) =>
  ({ over: "wrap", lost: "lost" })[state] ?? (taken ? "talk" : "coach");

export class Bar {
  #store;
  #supervision;
  #buttons;
  #key = "";
  #isSettled = true; // what the buttons do has been seen

  constructor({ store, supervision }) {
    this.#store = store;
    this.#supervision = supervision;
    const all = byId("bar").querySelectorAll("[data-bar]");
    this.#buttons = Object.fromEntries([...all].map((one) => [one.dataset.bar, one]));
    byId("bar").addEventListener("click", ({ target }) =>
      this.#pressed(target.closest("[data-bar]")),
    );
    supervision.addEventListener("change", () => this.draw());
    // What I am in myself is shown even while the floor is frozen.
    for (const name of ["draw", "frozen"]) store.addEventListener(name, () => this.draw());
  }

  draw() {
    const state = this.#state;
    const bar = byId("bar");
    const had = focusIn(bar);
    show(bar, state !== "");
    if (!state) {
      if (had) byId("main").focus();
      this.#key = "";
      return;
    }
    const { name, row, call, caller } = this.#subject;
    const mode = this.#store.supervision?.mode ?? this.#supervision.asked?.mode ?? "listen";
    const title = this.#title(state, mode, name);
    this.#announce(`${state} ${mode} ${call}`, title);
    setAttribute(bar, "data-tone", toneOf(state, this.#store.taken));
    setIcon(bar, this.#store.taken || state === "over" ? "phone" : MODES[mode].icon);
    const facts = [caller && callerOf(caller), caller?.queue, caller?.held_at && "on hold"];
    fill(bar, { title, facts: facts.filter(Boolean).join(" · ") });
    this.#drawFlags();
    this.#drawButtons(state, mode, row);
    keepFocus(had, [bar.querySelector("h2")]);
    this.tick();
  }

  tick() {
    const { supervision, taken } = this.#store;
    const isGoing = ["joined", "taken", "lost", "elsewhere"].includes(this.#state);
    const since = isGoing ? (taken ?? supervision)?.since : null;
    setText(byId("bar").querySelector('[data-slot="clock"]'), since ? lasting(since) : "");
  }

  /** "", connecting, joined, elsewhere, lost, taken, ending or over. */
  get #state() {
    const { asked, sound } = this.#supervision;
    const { supervision, taken } = this.#store;
    if (taken ?? supervision) return this.#stateOfOwn(taken);
    if (asked) return asked.isLeft ? "ending" : "connecting";
    if (sound.isHere) return "ending"; // the server was quicker than the phone
    return sound.isAfterTaking ? "over" : "";
  }

  #stateOfOwn(taken) {
    const { left, sound } = this.#supervision;
    const { supervision } = this.#store;
    const { media, isHere, isOver, wasHere: isOurs } = sound;
    const isRinging = !taken && supervision.state === "ringing";
    const isLeft = !taken && left === supervision.call;
    const stage = stageOf({ isRinging, media, isHere, isOurs, isLeft, isOver });
    return taken && stage === "joined" ? "taken" : stage;
  }

  get #subject() {
    const { supervision, taken, agents, calls } = this.#store;
    const { asked } = this.#supervision;
    const call = taken?.id ?? supervision?.call ?? asked?.call;
    const caller = calls.get(call) ?? taken;
    const row = taken
      ? null
      : ([...agents.values()].find((one) => one.call === call && isTalking(one)) ?? null);
    const name = row?.name ?? asked?.name ?? calls.get(call)?.agents[0] ?? "an agent";
    return { name, row, call, caller };
  }

  #title(state, mode, name) {
    const isTaken = Boolean(this.#store.taken);
    const theirs = isTaken ? "The call is yours" : MODES[mode].toWhom(name);
    const titles = {
      connecting: isTaken ? "Bringing the sound here" : `Connecting you to the call of ${name}`,
      joined: theirs,
      taken: theirs,
      elsewhere: `${theirs}, in another window of yours`,
      lost: isTaken ? "The sound of your call is lost" : `The sound of the call of ${name} is lost`,
      ending: "You are leaving the call",
      over: "The call is over: after-call work",
    };
    return titles[state];
  }

  /** What is new is said once, and its buttons settle first. */
  #announce(key, title) {
    if (key === this.#key) return;
    this.#key = key;
    this.#isSettled = false;
    setTimeout(() => {
      this.#isSettled ||= key === this.#key;
      this.draw();
    }, SETTLES);
    say(`${title}.`);
  }

  #drawFlags() {
    const { isMuted, sound } = this.#supervision;
    const bar = byId("bar");
    show(bar.querySelector('[data-flag="muted"]'), sound.isHere && isMuted);
    show(bar.querySelector('[data-flag="sound"]'), sound.media === "reconnecting");
  }

  #drawButtons(state, mode, row) {
    const isIn = ["joined", "lost"].includes(state) && !this.#store.taken;
    for (const name of SWITCHES) {
      const one = this.#buttons[name];
      const why = !row || name === mode ? "" : whyNot(row, name);
      show(one, isIn);
      forbid(one, why);
      setAttribute(one, "title", why || null);
      if (name !== "take_over") setAttribute(one, "aria-pressed", name === mode);
    }
    const { mute, bring, end, leave, done, console: link } = this.#buttons;
    const { isMuted, sound } = this.#supervision;
    const isTaken = Boolean(this.#store.taken);
    show(mute, sound.isHere);
    setAttribute(mute, "aria-pressed", isMuted);
    setIcon(mute, isMuted ? "mic-off" : "mic");
    setText(mute.querySelector('[data-slot="mute"]'), isMuted ? "Unmute" : "Mute");
    show(bring, ["lost", "elsewhere"].includes(state));
    setText(bring.lastElementChild, state === "lost" ? "Bring it back" : "Bring it here");
    show(end, isTaken);
    const early = this.#isSettled ? "" : "One moment: these buttons have just changed.";
    forbid(end, early);
    setAttribute(end, "title", early || null);
    show(leave, !isTaken && state !== "over");
    show(done, state === "over");
    show(link, isTaken || state === "over");
    const refused = SWITCHES.map((name) => row && name !== mode && whyNot(row, name));
    fill(byId("bar"), { why: isIn ? [...new Set(refused.filter(Boolean))].join(" ") : "" });
  }

  #pressed(button) {
    if (!button) return;
    const { bar: name } = button.dataset;
    const supervision = this.#supervision;
    if (button.getAttribute("aria-disabled")) return supervision.explain(button.title);
    if (name === "mute") return supervision.toggleMute();
    if (name === "bring") return supervision.sound.bring();
    if (name === "leave") return supervision.leave();
    if (name === "end") return supervision.end();
    if (name === "done") return supervision.done();
    if (!SWITCHES.includes(name) || button.getAttribute("aria-pressed") === "true") return;
    const { name: agent, call } = this.#subject;
    return supervision.begin(name, { call, name: agent });
  }
}
