// An offer and its invite: paired, announced to the server, accepted or declined once.

import { PhoneFailed } from "./phone.js";
import { pause } from "./ticker.js";
import { toast } from "./toasts.js";
import { CANCELLED, NO_SDK, refusal } from "./words.js";

const INVITE_WITHIN = 5000; // milliseconds after Accept, and after the platform began to ring
const LOOK = 100;
const GRACE = 500; // for the server to say that the offer is gone

const noInvite = () =>
  new PhoneFailed(
    "no_invite",
    "The call did not reach this browser, so it goes to somebody else.",
  );

export class Offers {
  #store;
  #socket;
  #phone;
  #invites = new Set();
  #ended = null; // {offer, reason}: the offer whose invite was taken back
  #told = null; // the last offer that was announced
  #epoch = null; // with which this window held the phone then
  #expected = null; // the last offer whose invite was waited for
  #refused = null; // the offer that this page turned down, so that its end is no news

  constructor({ store, socket, phone }) {
    this.#store = store;
    this.#socket = socket;
    this.#phone = phone;
    phone.addEventListener("invite", ({ detail }) => this.#invited(detail.call));
    phone.addEventListener("cancel", ({ detail }) => this.#cancelled(detail));
    store.addEventListener("change", () => this.#pair());
  }

  async accept() {
    const offer = this.#store.agent?.offer;
    if (!offer || this.#store.answering) return;
    this.#store.change({ answering: offer.id });
    try {
      const invite = await this.#inviteOf(offer);
      this.#invites.delete(invite);
      await this.#phone.answer(invite);
    } catch (error) {
      await this.#failed(offer, error);
      this.#store.change({ answering: null });
    }
  }

  async decline() {
    const offer = this.#store.agent?.offer;
    if (!offer || this.#store.answering) return;
    const invite = this.#inviteNow(offer);
    this.#invites.delete(invite);
    this.#refused = offer.id;
    try {
      await this.#socket.send("decline", { offer: offer.id }); // the server takes the invite back
    } catch (error) {
      toast(refusal(error), "warn");
      if (invite) await this.#phone.decline(invite);
    }
  }

  #invited(call) {
    this.#invites.add(call);
    this.#pair();
  }

  async #cancelled({ call, reason }) {
    this.#invites.delete(call);
    const offer = this.#store.agent?.offer?.id ?? this.#told;
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
    if (!offer) {
      // An invite may be here before its offer, so the invites stay.
      if (answering) this.#store.change({ answering: null });
      return;
    }
    if (isElsewhere || !this.#store.isLive) return;
    const call = this.#inviteNow(offer);
    if (!call) {
      this.#expect(offer);
    } else if (phone.here && (this.#told !== offer.id || this.#epoch !== phone.epoch)) {
      this.#told = offer.id;
      this.#epoch = phone.epoch;
      this.#socket.send("ringing", { offer: offer.id, call_id: call }).catch(() => {});
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
    await this.#socket.send("failed", { offer: offer.id, cause }).catch(() => {});
  }
}
