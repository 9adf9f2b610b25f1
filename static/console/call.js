// The call at hand: its sound, mute, keys and its end.

import { pause } from "./ticker.js";
import { say, toast } from "./toasts.js";
import { refusal } from "./words.js";

const TRIES = 3;

export class CallControl {
  #store;
  #socket;
  #phone;
  #resuming = null;
  #over = null; // the call that the SDK knows to be over, maybe before the server does
  #keys = Promise.resolve();

  constructor({ store, socket, phone }) {
    this.#store = store;
    this.#socket = socket;
    this.#phone = phone;
    phone.addEventListener("media", ({ detail }) => this.#sound({ media: detail.state }));
    phone.addEventListener("hangup", ({ detail }) => this.#hungUp(detail.call));
    phone.addEventListener("trouble", ({ detail }) => toast(detail.sentence, "danger"));
    store.addEventListener("change", () => this.#follow());
  }

  get canSpeak() {
    return ["live", "reconnecting"].includes(this.#store.sound.media);
  }

  async toggleMute() {
    if (!this.canSpeak) return;
    try {
      if (this.#phone.isMuted) await this.#phone.unmute();
      else await this.#phone.mute();
    } catch (error) {
      toast(error.message, "danger");
    }
    const muted = this.#phone.isMuted;
    this.#sound({ muted, speaking: false });
    say(muted ? "You are muted." : "You are not muted any more.");
  }

  /** Keys go one after the other, in the order in which they were pressed. */
  press(digit) {
    this.#keys = this.#keys
      .then(() => this.#phone.press(digit))
      .catch(() => toast(`The key ${digit} could not be sent. Press it again.`, "danger"));
    return this.#keys;
  }

  async end() {
    const call = this.#store.agent?.call;
    if (!call || this.#store.ending === call.id) return;
    this.#store.change({ ending: call.id });
    const told = this.#socket
      .send("end", { call: call.id })
      .catch((error) => this.#notEnded(error));
    await Promise.all([told, this.#phone.hangUp()]);
  }

  /** Bring the sound back by hand, after it was lost. */
  resume() {
    const call = this.#store.agent?.call;
    if (call) this.#resume(call.phone_call ?? call.uuid, TRIES);
  }

  #hungUp(call) {
    this.#over = call;
    this.#sound({ media: "none", muted: false, speaking: false });
  }

  #notEnded(error) {
    if (error.code === "call_gone") return;
    this.#store.change({ ending: null });
    const isAway = error.code === "not_connected";
    toast(
      isAway ? "You hung up. The server hears of it when the connection is back." : refusal(error),
      "warn",
    );
  }

  #follow() {
    const { agent, sound, ending, answering } = this.#store;
    const call = agent?.call;
    if (!call) {
      this.#resuming = null;
      if (agent && ending) this.#store.change({ ending: null });
      if (sound.media !== "none" && !answering)
        this.#sound({ media: "none", muted: false, speaking: false });
    } else if (this.#isSilent(call)) {
      this.#resume(call.phone_call ?? call.uuid, TRIES);
    }
  }

  /** The call is here and its sound is not: after a reload, or taken over. */
  #isSilent(call) {
    const { phone, line, sound, answering, ending } = this.#store;
    const isOver = ending === call.id || this.#over === (call.phone_call ?? call.uuid);
    return phone.here && line.state === "ready" && sound.media === "none" && !answering && !isOver;
  }

  async #resume(id, tries) {
    if (!id || this.#resuming === id) return;
    this.#resuming = id;
    this.#sound({ media: "connecting" });
    for (let left = tries; left > 0 && this.#resuming === id; left -= 1) {
      try {
        await this.#phone.resume(id);
        this.#sound({ media: "live", muted: this.#phone.isMuted });
        break;
      } catch (error) {
        this.#sound({ media: left > 1 ? "connecting" : "lost", trouble: error.message });
        await pause(1000);
      }
    }
    this.#resuming = null;
  }

  #sound(known) {
    this.#store.change({ sound: { ...this.#store.sound, trouble: "", ...known } });
  }
}
