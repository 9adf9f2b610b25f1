// "You are speaking while muted": the muted track is silent, so a copy of it is listened to.

import { meter } from "./devices.js";

const LOUD = 0.02; // root mean square of speech close to the microphone
const LOOK = 200; // milliseconds
const ENOUGH = 4; // looks in a row: a cough is not speech
const QUIET = 15; // looks without speech until the warning goes

export class MutedVoice {
  #store;
  #phone;
  #source = null; // the microphone's track
  #copy = null;
  #level = null;
  #timer = null;
  #loud = 0;
  #quiet = 0;

  constructor({ store, phone }) {
    this.#store = store;
    this.#phone = phone;
    store.addEventListener("change", () => this.#follow());
  }

  #follow() {
    const wanted = this.#store.sound.muted && Boolean(this.#phone.microphoneTrack);
    if (wanted && !this.#timer) this.#listen();
    else if (!wanted && this.#timer) this.#stop();
  }

  #listen() {
    this.#source = this.#phone.microphoneTrack;
    this.#copy = this.#source.clone();
    this.#copy.enabled = true;
    this.#level = meter(this.#copy);
    this.#timer = setInterval(() => this.#look(), LOOK);
  }

  #look() {
    if (this.#phone.microphoneTrack !== this.#source) {
      this.#stop(); // another microphone is used now
      return this.#follow();
    }
    const isLoud = this.#level() > LOUD;
    this.#loud = isLoud ? this.#loud + 1 : 0;
    this.#quiet = isLoud ? 0 : this.#quiet + 1;
    if (this.#loud >= ENOUGH) this.#tell(true);
    else if (this.#quiet >= QUIET) this.#tell(false);
  }

  #stop() {
    clearInterval(this.#timer);
    this.#level.close();
    this.#copy.stop();
    this.#timer = null;
    this.#loud = this.#quiet = 0;
    this.#tell(false);
  }

  #tell(speaking) {
    const { sound } = this.#store;
    if (sound.speaking !== speaking) this.#store.change({ sound: { ...sound, speaking } });
  }
}
