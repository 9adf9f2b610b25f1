// The sound of the call that I supervise or have taken over: answered here, kept, and brought back.

import { tabStorage } from "../console/storage.js";
import { toast } from "../console/toasts.js";
import { Admission } from "../supervising/admission.js";
import { bringSound } from "../supervising/bring_sound.js";
import { isKept, keepSound, soundOf } from "../supervising/sound_place.js";

const TAKEN = "taken"; // in tabStorage: the call that was taken over in this tab

/** `media` is none, connecting, live, reconnecting or lost. Event "change". */
export class Sound extends EventTarget {
  #store;
  #phone;
  #open;
  #admission;
  #isBringing = false;
  #over = null; // the call that the phone knows to be over, maybe before the server does
  #isLooked = false; // whether there is something to bring back after a reload
  media = "none";

  /** `open` opens the phone line, or throws; `unanswered` as for an admission. */
  constructor({ store, phone, invites, open, unanswered }) {
    super();
    this.#store = store;
    this.#phone = phone;
    this.#open = open;
    this.#admission = new Admission({ store, phone, invites, unanswered });
    this.#admission.addEventListener("change", () => this.#answering());
    phone.addEventListener("hangup", ({ detail }) => this.#hungUp(detail.call));
    phone.addEventListener("media", ({ detail }) => this.#change({ media: detail.state }));
    store.addEventListener("change", () => this.#follow());
  }

  get isHere() {
    return this.#phone.call !== null;
  }

  /** This tab heard the call at hand last; another one may hear it now. */
  get wasHere() {
    return isKept(this.#name);
  }

  /** The phone has hung up the call at hand. */
  get isOver() {
    return this.#name !== null && this.#over === this.#name;
  }

  /** A call was taken over in this tab, and the work after it goes on. */
  get isAfterTaking() {
    const { taken, me } = this.#store;
    return !taken && Boolean(me.wrap_up_until) && tabStorage.getItem(TAKEN) !== null;
  }

  /** This page has asked for this call: its invite, and no other, is answered. */
  expect(call) {
    this.#admission.expect(call);
  }

  /** What is on its way is not wanted any more. */
  refuse() {
    this.#admission.refuse();
  }

  /** Bring the sound of the call at hand to this page. */
  async bring() {
    const name = this.#name;
    if (name === null || this.#isBringing) return;
    this.#isBringing = true;
    const isWanted = () => this.#name === name;
    this.#change({ media: "connecting" });
    const failure = await bringSound(this.#phone, name, { isWanted, open: () => this.#open() });
    this.#isBringing = false;
    if (failure) toast(failure.message, "danger");
    else if (isWanted()) keepSound(name);
    this.#change(failure ? { media: "lost" } : isWanted() || this.isHere ? {} : { media: "none" });
  }

  /** The call whose sound belongs to me, as the SDK names it; or null. */
  get #name() {
    const { taken, supervision } = this.#store;
    const own = taken ?? supervision;
    return own && soundOf(own);
  }

  #answering() {
    const { isAnswering } = this.#admission;
    if (isAnswering) this.#change({ media: "connecting" });
    else this.#change(this.isHere ? {} : { media: "none" });
  }

  #hungUp(call) {
    this.#over = call;
    this.#change({ media: "none" });
  }

  #follow() {
    const { isLoaded, taken, supervision, me } = this.#store;
    if (!isLoaded) return;
    if (taken && this.isHere) tabStorage.setItem(TAKEN, taken.id);
    else if (!taken && !me.wrap_up_until) tabStorage.removeItem(TAKEN);
    const isNobodys = !taken && !supervision;
    if (isNobodys && this.media === "lost" && !this.isHere) this.media = "none";
    if (this.#isLooked) return;
    this.#isLooked = true;
    if (this.wasHere && !this.isHere && (taken || supervision.state === "joined")) this.bring();
  }

  #change(known) {
    Object.assign(this, known);
    this.dispatchEvent(new Event("change"));
  }
}
