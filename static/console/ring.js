// The ring of an offer: its own device, its own volume.

import { browserStorage } from "./storage.js";

const TEST = 4000; // milliseconds: one turn of the file

export class Ring extends EventTarget {
  #devices;
  #audio = new Audio(new URL("../audio/ring.mp3", import.meta.url).href);
  #ringing = null;
  #testing = null;

  constructor(devices) {
    super();
    this.#devices = devices;
    this.#audio.loop = true;
    this.#audio.volume = this.volume;
    devices.addEventListener(
      "chosen",
      ({ detail }) => detail === "ringer" && devices.route(this.#audio, "ringer"),
    );
  }

  get volume() {
    return Number(browserStorage.getItem("ring-volume") ?? 0.7);
  }

  set volume(volume) {
    browserStorage.setItem("ring-volume", volume);
    this.#audio.volume = volume;
  }

  /** Ring for this offer until `stop`. The same offer does not begin again. */
  start(offer) {
    if (this.#ringing === offer) return;
    this.#ringing = offer;
    this.#play();
  }

  stop() {
    this.#ringing = null;
    if (!this.#testing) this.#audio.pause();
  }

  /** One turn of the ring; true if it could be played. */
  test() {
    clearTimeout(this.#testing);
    this.#testing = setTimeout(() => this.#endTest(), TEST);
    return this.#play();
  }

  /** Neither an offer nor a test goes on ringing into a call. */
  silence() {
    this.stop();
    this.#endTest();
  }

  #endTest() {
    clearTimeout(this.#testing);
    this.#testing = null;
    if (this.#ringing === null) this.#audio.pause();
  }

  async #play() {
    await this.#devices.route(this.#audio, "ringer");
    if (this.#ringing === null && !this.#testing) return false; // stopped meanwhile
    this.#audio.currentTime = 0;
    try {
      await this.#audio.play();
      return true;
    } catch (error) {
      // Paused again before it began is no trouble; a browser that wants a click first is.
      if (error.name === "NotAllowedError") this.dispatchEvent(new Event("blocked"));
      return false;
    }
  }
}
