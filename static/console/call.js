// The call at hand: its sound, mute, keys and its end.

import { pause } from "./ticker.js";
import { say, toast } from "./toasts.js";
import { refusal } from "./words.js";

const TRIES = 3;

export class CallControl {
  #store;
  #socket;
  #phone;
  #resuming = null; // {call}: whose sound is being brought back
  #unended = null; // the call that was ended here while the server could not be told
  #over = null; // the call that the SDK knows to be over, maybe before the server does
  #keys = Promise.resolve();
  #mutes = Promise.resolve();

  constructor({ store, socket, phone }) {
    this.#store = store;
    this.#socket = socket;
    this.#phone = phone;
    phone.addEventListener("media", ({ detail }) => this.#media(detail.state));
    phone.addEventListener("hangup", ({ detail }) => this.#hungUp(detail.call));
    phone.addEventListener("trouble", ({ detail }) => toast(detail.sentence, "danger"));
    socket.addEventListener("live", () => this.#endAfterAll());
    store.addEventListener("change", () => this.#follow());
  }

  get canSpeak() {
    return ["live", "reconnecting"].includes(this.#store.sound.media);
  }

  /** What the button shows decides; the changes are made one after the other. */
  toggleMute() {
    if (!this.canSpeak) return;
    const { call } = this.#phone;
    const wanted = !this.#store.sound.muted;
    this.#mutes = this.#mutes.then(() => call === this.#phone.call && this.#mute(call, wanted));
  }

  /** Keys go one after the other, in the order in which they were pressed, to the call of then. */
  press(digit) {
    const { call } = this.#phone;
    this.#keys = this.#keys
      .then(() => call === this.#phone.call && this.#phone.press(digit))
      .catch(() => toast(`The key ${digit} could not be sent. Press it again.`, "danger"));
    return this.#keys;
  }

  async end() {
    const call = this.#store.agent?.call;
    if (!call || this.#store.ending === call.id) return;
    this.#store.change({ ending: call.id });
    const hangingUp = this.#phone.hangUp();
    try {
      await this.#socket.send("end", { call: call.id });
    } catch (error) {
      this.#notEnded(call, error, await hangingUp);
    }
  }

  /** Bring the sound back by hand, after it was lost. */
  resume() {
    const call = this.#store.agent?.call;
    if (call) this.#resume(call, TRIES);
  }

  async #mute(call, wanted) {
    const done = wanted ? this.#phone.mute() : this.#phone.unmute();
    this.#sound({ muted: this.#phone.isMuted, speaking: false }); // silence is shown at once
    try {
      await done;
    } catch (error) {
      toast(error.message, "danger");
    }
    if (call !== this.#phone.call) return;
    const muted = this.#phone.isMuted;
    this.#sound({ muted, speaking: false });
    say(muted ? "You are muted." : "You are not muted any more.");
  }

  #media(media) {
    this.#sound({ media, muted: this.#phone.isMuted });
  }

  #hungUp(call) {
    this.#over = call;
    this.#sound({ media: "none", muted: false, speaking: false });
  }

  #notEnded(call, error, isHungUp) {
    if (error.code === "call_gone") return;
    const isAway = error.code === "not_connected";
    if (isAway) this.#unended = call.id;
    if (this.#store.ending === call.id) this.#store.change({ ending: null });
    if (isAway && this.#store.isLive) return this.#endAfterAll(); // it came back meanwhile
    const notNow = isHungUp
      ? "You hung up. The server hears of it when the connection is back."
      : "The call could not be ended yet. It ends when the connection is back.";
    toast(isAway ? notNow : refusal(error), "warn");
  }

  #endAfterAll() {
    const call = this.#unended;
    this.#unended = null;
    if (call && call === this.#store.agent?.call?.id) this.end();
  }

  #follow() {
    const { agent, phone, sound, ending, answering } = this.#store;
    const call = agent?.call;
    if (!phone.here || call?.id !== this.#resuming?.call) this.#resuming = null;
    if (!call) {
      if (agent && ending) this.#store.change({ ending: null });
      if (sound.media !== "none" && !answering)
        this.#sound({ media: "none", muted: false, speaking: false });
    } else if (this.#isSilent(call)) {
      this.#resume(call, TRIES);
    }
  }

  /** The call is here and its sound is not: after a reload, or taken over. */
  #isSilent(call) {
    const { phone, line, sound, answering, ending } = this.#store;
    const isOver = ending === call.id || this.#over === (call.phone_call ?? call.uuid);
    return phone.here && line.state === "ready" && sound.media === "none" && !answering && !isOver;
  }

  async #resume(call, tries) {
    const id = call.phone_call ?? call.uuid;
    if (!id || this.#resuming) return;
    const run = { call: call.id };
    this.#resuming = run;
    this.#sound({ media: "connecting" });
    for (let left = tries; left > 0 && this.#resuming === run; left -= 1) {
      try {
        await this.#phone.resume(id);
        break;
      } catch (error) {
        if (this.#resuming !== run) return;
        this.#sound({ media: left > 1 ? "connecting" : "lost", trouble: error.message });
        await pause(1000);
      }
    }
    if (this.#resuming === run) this.#resuming = null;
  }

  #sound(known) {
    this.#store.change({ sound: { ...this.#store.sound, trouble: "", ...known } });
  }
}
