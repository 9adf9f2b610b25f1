// The call at hand: its sound, mute, keys and its end.

import { bringSound } from "../supervising/bring_sound.js";
import { isSoundOurs, keepSound, soundOf } from "../supervising/sound_place.js";
import { say, toast } from "./toasts.js";
import { refusal } from "./words.js";

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
    const call = this.#store.spoken;
    if (!call) return;
    this.bringHere();
    this.#resume(call);
  }

  /** From now on the sound of a call that was listened to first belongs into this tab. */
  bringHere() {
    const name = this.#store.spoken && soundOf(this.#store.spoken);
    if (name && !isSoundOurs(this.#store.agent)) keepSound(name);
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
    const { agent, phone, sound, ending, answering, calling, spoken: call } = this.#store;
    if (!phone.here || call?.id !== this.#resuming?.call) this.#resuming = null;
    if (!call) {
      if (agent && ending) this.#store.change({ ending: null });
      if (sound.media !== "none" && !answering && !calling)
        this.#sound({ media: "none", muted: false, speaking: false });
    } else if (this.#isSilent(call)) {
      this.#resume(call);
    }
  }

  /** The call is here and its sound is not: after a reload, or taken over. */
  #isSilent(call) {
    const { agent, phone, line, sound, answering, calling, ending } = this.#store;
    const isBusy = answering || calling;
    const isOver = ending === call.id || this.#over === soundOf(call);
    if (!isSoundOurs(agent)) return false;
    return phone.here && line.state === "ready" && sound.media === "none" && !isBusy && !isOver;
  }

  async #resume(call) {
    const name = soundOf(call);
    if (!name || this.#resuming) return;
    const run = { call: call.id };
    this.#resuming = run;
    this.#sound({ media: "connecting" });
    const failure = await bringSound(this.#phone, name, {
      isWanted: () => this.#resuming === run,
      tried: ({ message }) => this.#sound({ media: "connecting", trouble: message }),
    });
    if (this.#resuming !== run) return;
    if (failure) this.#sound({ media: "lost", trouble: failure.message });
    this.#resuming = null;
  }

  #sound(known) {
    this.#store.change({ sound: { ...this.#store.sound, trouble: "", ...known } });
  }
}
