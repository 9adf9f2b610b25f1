// Supervising a call from the floor: asked for here, heard here, switched, left and taken over here.

import { Refused } from "../console/rest.js";
import { toast } from "../console/toasts.js";
import { pause } from "../console/ticker.js";
import { choosable, NO_SDK } from "../console/words.js";
import { MODES } from "../supervising/modes.js";
import { isSureToTakeOver } from "../supervising/take_over.js";
import { begin, fetchMe, follow, post, put } from "./api.js";
import { Sound } from "./sound.js";
import { NO_PHONE, NOT_LIVE } from "./words.js";

const LINE_WITHIN = 20_000; // milliseconds
const TOLD_WITHIN = 1500;
const LOOK = 200;

/**
 * What this page hears. `asked` is the wish {call, mode, name, isLeft} until it is fulfilled,
 * refused or taken back; `left` the call that was left here, until the server knows. Event "change".
 */
export class Supervision extends EventTarget {
  #store;
  #fresh;
  #phone;
  #line = { state: "connecting", trouble: "" };
  asked = null;
  left = null;

  constructor({ store, fresh, phone, invites, session }) {
    super();
    this.#store = store;
    this.#fresh = fresh;
    this.#phone = phone;
    this.sound = new Sound({
      ...{ store, phone, invites },
      open: () => this.#open(),
      unanswered: (error) => this.#notHeard(error),
    });
    this.sound.addEventListener("change", () => this.#change({}));
    session.addEventListener("line", ({ detail }) => (this.#line = detail));
    phone.addEventListener("trouble", ({ detail }) => toast(detail.sentence, "danger"));
    store.addEventListener("change", () => this.#forget());
  }

  get isMuted() {
    return this.#phone.isMuted;
  }

  /** A button of this mode was pressed for this agent: begin, switch, or stop what goes on so. */
  press(mode, { call, name }) {
    const now = this.#store.supervision;
    if (now?.call === call && now.mode === mode) return this.leave();
    return this.begin(mode, { call, name });
  }

  async begin(mode, { call, name }) {
    const refusal = this.#hindrance();
    if (refusal) return toast(...refusal);
    if (mode === "take_over" && !(await isSureToTakeOver(name))) return;
    if (this.asked) return;
    const asked = { call, mode, name, isLeft: false };
    this.#change({ asked, left: null });
    try {
      await this.#ask(asked);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (!asked.isLeft) toast(error.message, "warn");
    } finally {
      this.#change({ asked: null });
    }
  }

  /** Leave the call, also while it is on its way. */
  async leave() {
    const { asked } = this;
    const call = this.#store.supervision?.call ?? asked?.call;
    if (!call) return this.#phone.hangUp();
    if (call === this.left) return; // it is being left
    if (asked) asked.isLeft = true;
    this.sound.refuse();
    this.#change({ left: call });
    const said = begin(`/api/calls/${call}/leave`);
    await this.#hangUpAfter(said);
    await said.then(
      () => toast("You have left the call.", "ok"),
      (error) => this.#notLeft(call, error),
    );
  }

  /** End the call that was taken over. */
  async end() {
    const call = this.#store.taken?.id;
    if (!call) return this.#phone.hangUp();
    const said = post(`/api/calls/${call}/end`);
    await this.#hangUpAfter(said);
    await said.then(
      () => toast("The call is over.", "ok"),
      (error) => this.#store.taken?.id === call && toast(error.message, "warn"),
    );
  }

  /** The work after a call that was taken over is done: back to what was chosen before it. */
  async done() {
    try {
      const { next_state: state, next_reason: reason } = await fetchMe();
      const chosen = { state: state ?? "available", reason: choosable(reason) };
      await put("/api/agents/me/state", chosen);
    } catch (error) {
      toast(error.message, "warn");
    }
  }

  async toggleMute() {
    try {
      await (this.#phone.isMuted ? this.#phone.unmute() : this.#phone.mute());
    } catch (error) {
      toast(error.message, "warn");
    }
    this.#change({});
  }

  explain(why) {
    toast(why, "info");
  }

  /** Why nothing can be begun now, as a toast; or null. */
  #hindrance() {
    if (!this.#fresh.isTicking) return [NOT_LIVE, "warn"];
    if (this.asked) return ["One moment: what you asked for last is being done.", "info"];
    return this.#store.me.agent_id ? null : [NO_PHONE, "warn"];
  }

  /** Here too, even if the server says nothing. It hears of the wish first, so that it takes it. */
  async #hangUpAfter(said) {
    await Promise.race([said.catch(() => {}), pause(TOLD_WITHIN)]);
    await this.#phone.hangUp();
  }

  async #ask(asked) {
    const { call, mode, name } = asked;
    if (!this.sound.isHere) await this.#open(() => !asked.isLeft);
    if (asked.isLeft) return;
    if (this.#store.supervision?.call !== call) this.sound.expect(call);
    const command = await begin(`/api/calls/${call}/supervise`, { mode });
    // It was left before the server had heard of it.
    if (asked.isLeft) return this.#leaveAfterAll(call);
    const isDone = await follow(command, () => !asked.isLeft);
    if (isDone && !asked.isLeft) toast(`${MODES[mode].done(name)}.`, "ok");
  }

  #leaveAfterAll(call) {
    return begin(`/api/calls/${call}/leave`).catch((error) => {
      if (error.code !== "call_gone") throw error;
    });
  }

  #notLeft(call, error) {
    if (error.code === "call_gone") {
      if (!this.asked) toast("You have left the call.", "ok");
    } else if (this.#store.supervision?.call === call) {
      this.#change({ left: null });
      toast(error.message, "warn");
    }
  }

  /** The phone line, open; Refused says why it is not. */
  async #open(isWanted = () => true) {
    this.#phone.open();
    const deadline = performance.now() + LINE_WITHIN;
    while (this.#line.state !== "ready" && isWanted()) {
      if (this.#line.state === "missing") throw new Refused("missing", NO_SDK);
      if (performance.now() > deadline)
        throw new Refused("line", this.#line.trouble || "Your phone line did not open. Try again.");
      await pause(LOOK);
    }
  }

  /** The invite came and could not be answered here. */
  #notHeard({ message }) {
    if (this.left !== null) return;
    toast(message, "danger");
    return this.leave();
  }

  #forget() {
    const { supervision } = this.#store;
    if (this.left !== null && supervision?.call !== this.left && !this.asked) this.left = null;
  }

  #change(known) {
    Object.assign(this, known);
    this.#forget();
    this.dispatchEvent(new Event("change"));
  }
}
