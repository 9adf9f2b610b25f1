// The microphone of the call: checked before it, silenced, and replaced when another is to be used.

import { MicrophoneMissing, stop } from "./devices.js";
import { MEDIA_WITHIN, PhoneFailed } from "./phone_failures.js";
import { tabStorage } from "./storage.js";
import { within } from "./ticker.js";

const noPermission = () =>
  new MicrophoneMissing(
    "The browser still asks whether this page may use the microphone. Allow it, then check again.",
  );

/** `peer` says which RTCPeerConnection it speaks into, or null. Event "trouble" {sentence}. */
export class Microphone extends EventTarget {
  #devices;
  #peer;
  #swaps = Promise.resolve();
  isMuted = false;

  constructor({ devices, peer }) {
    super();
    this.#devices = devices;
    this.#peer = peer;
    devices.addEventListener("chosen", ({ detail }) => this.#use(detail));
    devices.addEventListener("swapped", ({ detail }) => this.#use(detail.name));
  }

  get track() {
    return this.#sender?.track ?? null;
  }

  get #sender() {
    return this.#peer()?.getSenders().find((one) => one.track);
  }

  /** The SDK does not say what is wrong with the microphone; the browser does. */
  async check(patience) {
    try {
      stop(await this.#open(Math.min(patience, MEDIA_WITHIN)));
    } catch (error) {
      if (!(error instanceof MicrophoneMissing)) throw error;
      throw new PhoneFailed("microphone", error.message);
    }
  }

  /** The call has begun to be heard here. One that is unplugged is replaced by what there is. */
  adopt() {
    if (this.isMuted) this.silence();
    this.track?.addEventListener("ended", () => this.#use("microphone"));
  }

  /** Remembered for this call, so that a reload does not unmute. */
  setMuted(isMuted, call) {
    this.isMuted = isMuted;
    if (isMuted) tabStorage.setItem("muted", call);
    else tabStorage.removeItem("muted");
  }

  silence() {
    if (this.track) this.track.enabled = false;
  }

  /** It is open; one that is allowed too late is closed again. */
  async #open(patience) {
    const opening = this.#devices.openMicrophone();
    try {
      return await within(patience, opening, noPermission);
    } catch (error) {
      opening.then(stop, () => {});
      throw error;
    }
  }

  /** An unplugged one is told of twice: one replacement after the other. */
  #use(name) {
    if (name === "microphone") this.#swaps = this.#swaps.then(() => this.#swap());
  }

  async #swap() {
    const sender = this.#sender;
    if (!sender) return;
    try {
      const stream = await this.#open(MEDIA_WITHIN);
      if (sender !== this.#sender) return stop(stream);
      const [track] = stream.getAudioTracks();
      track.enabled = !this.isMuted;
      sender.track.stop();
      await sender.replaceTrack(track);
      this.adopt();
    } catch (error) {
      const sentence = `You are not heard. ${error.message}`;
      this.dispatchEvent(new CustomEvent("trouble", { detail: { sentence } }));
    }
  }
}
