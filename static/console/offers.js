// An offer and its invite: paired, announced to the server, accepted or declined once.

import { secondsLeft } from "./clock.js";
import { PhoneFailed } from "./phone.js";
import { pause } from "./ticker.js";
import { toast } from "./toasts.js";
import { CANCELLED, NO_SDK, refusal } from "./words.js";

const INVITE_WITHIN = 5000; // milliseconds after Accept, and after the platform began to ring
const LOOK = 100;
const GRACE = 500; // for the server to say that the offer is gone
const AGAIN = 1000;
const SPARE = 1000; // before the ring ends, so that a failure here is told in time

const noInvite = () =>
  new PhoneFailed(
    "no_invite",
    "The call did not reach this browser, so it goes to somebody else.",
  );

/** How many milliseconds the microphone may take, so that a failure is not counted as missed. */
const patience = ({ ring_until: until }) =>
  until ? Math.max(SPARE, secondsLeft(until) * 1000 - SPARE) : Infinity;

export class Offers {
  #store;
  #socket;
  #phone;
  #invites = new Set();
  #ended = null; // {offer, reason}: the offer whose invite was taken back
  #told = null; // {offer, call, epoch}: what the server was told last to ring
  #connecting = null; // the offer that the phone is answering
  #expected = null; // the last offer whose invite was waited for
  #refused = null; // the offer that this page turned down, so that its end is no news

  constructor({ store, socket, phone }) {
    this.#store = store;
    this.#socket = socket;
    this.#phone = phone;
    phone.addEventListener("invite", ({ detail }) => this.#invited(detail.call));
    phone.addEventListener("fresh", () => this.#invites.clear());
    phone.addEventListener("cancel", ({ detail }) => this.#cancelled(detail));
    store.addEventListener("change", () => this.#pair());
  }

  async accept() {
    const offer = this.#store.agent?.offer;
    if (!offer || this.#store.answering) return;
    this.#store.change({ answering: offer.id });
    try {
      const invite = await this.#inviteOf(offer);
      await this.#answer(this.#store.agent?.offer ?? offer, invite);
    } catch (error) {
      await this.#failed(offer, error);
      if (this.#store.answering === offer.id) this.#store.change({ answering: null });
    }
  }

  async decline() {
    const offer = this.#store.agent?.offer;
    if (!offer || this.#store.answering || this.#refused === offer.id) return;
    const invite = this.#inviteNow(offer);
    this.#invites.delete(invite);
    this.#refused = offer.id;
    try {
      await this.#socket.send("decline", { offer: offer.id }); // the server takes the invite back
    } catch (error) {
      this.#refused = null;
      toast(refusal(error), "warn");
      if (invite) await this.#phone.decline(invite);
    }
  }

  async #answer(offer, invite) {
    this.#connecting = offer.id;
    try {
      await this.#phone.answer(invite, patience(offer));
    } finally {
      this.#invites.delete(invite);
      if (this.#connecting === offer.id) this.#connecting = null;
      this.#pair();
    }
  }

  #invited(call) {
    this.#invites.add(call);
    this.#pair();
  }

  async #cancelled({ call, reason }) {
    this.#invites.delete(call);
    const offer = this.#store.agent?.offer?.id ?? this.#told?.offer;
    this.#ended = { offer, reason };
    if (reason !== "RemoteCancel" || offer === this.#refused) return;
    await pause(GRACE); // the server knows whether it was the caller, or the time
    if (this.#store.agent?.state === "available") toast(CANCELLED[reason], "info");
  }

  /** The invite of this offer: the one with its leg's id, else the newest. */
  #inviteNow(offer) {
    return this.#invites.has(offer.uuid) ? offer.uuid : [...this.#invites].at(-1);
  }

  #pair() {
    const { agent, answering, isElsewhere, phone } = this.#store;
    const offer = agent?.offer;
    if (!phone.here) this.#invites.clear();
    if (!offer) {
      // An invite may be here before its offer, so the invites stay. The server may know of the
      // answer before the phone does, and the sound must not be brought back meanwhile.
      const isConnecting = agent?.call && answering === this.#connecting;
      if (answering && !isConnecting) this.#store.change({ answering: null });
      return;
    }
    if (isElsewhere || !this.#store.isLive) return;
    const call = this.#inviteNow(offer);
    if (!call) {
      this.#expect(offer);
    } else if (phone.here && !this.#isTold(offer, call)) {
      this.#announce({ offer: offer.id, call, epoch: phone.epoch });
    }
  }

  #isTold(offer, call) {
    const { answering, phone } = this.#store;
    const told = this.#told;
    const isThis = told?.offer === offer.id && told.epoch === phone.epoch;
    return isThis && (told.call === call || Boolean(answering));
  }

  async #announce(told) {
    this.#told = told;
    try {
      await this.#socket.send("ringing", { offer: told.offer, call_id: told.call });
    } catch (error) {
      if (error.code === "offer_gone") return;
      await pause(AGAIN);
      if (this.#told !== told) return;
      this.#told = { ...told, epoch: null };
      this.#pair();
    }
  }

  /** A call that cannot be answered here, maybe since a reload, goes to somebody else at once. */
  async #expect(offer) {
    const rings = this.#store.line.state === "ready" && offer.ring_until;
    if (!rings || this.#expected === offer.id) return;
    this.#expected = offer.id;
    await pause(INVITE_WITHIN);
    const { agent, answering, isElsewhere } = this.#store;
    const isOpen = agent?.offer?.id === offer.id && !answering && !isElsewhere;
    if (isOpen && !this.#inviteNow(offer)) await this.#failed(offer, noInvite());
  }

  async #inviteOf(offer) {
    if (this.#store.line.state === "missing") {
      throw new PhoneFailed("no_sdk", NO_SDK);
    }
    const deadline = Date.now() + INVITE_WITHIN;
    while (Date.now() < deadline) {
      const call = this.#inviteNow(offer);
      if (call) return call;
      await pause(LOOK);
    }
    throw noInvite();
  }

  async #failed(offer, error) {
    await pause(GRACE);
    const ended = this.#ended?.offer === offer.id ? this.#ended.reason : null;
    if (ended || this.#store.agent?.offer?.id !== offer.id) {
      toast(CANCELLED[ended] ?? refusal({ code: "offer_gone" }), "warn");
      return;
    }
    toast(error.message, "danger");
    this.#refused = offer.id;
    const cause = error instanceof PhoneFailed ? error.cause : "media";
    await this.#socket
      .send("failed", { offer: offer.id, cause })
      .catch(() => (this.#refused = null));
  }
}
