// An offer and its invite: paired, announced to the server, accepted or declined once.

import { secondsLeft } from "./clock.js";
import { PhoneFailed } from "./phone_failures.js";
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
  #invites;
  #ended = null; // {offer, reason}: the offer whose invite was taken back
  #told = null; // {offer, call, epoch}: what the server was told last to ring
  #takenBefore = null; // when a colleague took the shared offer before this one
  #connecting = null; // the offer that the phone is answering
  #expected = null; // the last offer whose invite was waited for
  #refused = null; // the offer that this page turned down, so that its end is no news

  constructor({ store, socket, phone, invites }) {
    this.#store = store;
    this.#socket = socket;
    this.#phone = phone;
    this.#invites = invites;
    phone.addEventListener("invite", () => this.#pair());
    phone.addEventListener("cancel", ({ detail }) => this.#cancelled(detail));
    store.addEventListener("change", () => this.#pair());
  }

  async accept() {
    const offer = this.#store.agent?.offer;
    if (!offer || this.#store.answering) return;
    this.#store.change({ answering: offer.id });
    try {
      const invite = await this.#inviteOf(offer);
      await this.#answer(this.#isOpen(offer) ? this.#store.agent.offer : offer, invite);
    } catch (error) {
      await this.#failed(offer, error);
      if (this.#store.answering === offer.id) this.#store.change({ answering: null });
    }
  }

  async decline() {
    const offer = this.#store.agent?.offer;
    if (!offer || this.#store.answering || this.#refused === offer.id) return;
    const invite = this.#inviteNow(offer);
    this.#invites.take(invite);
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
      this.#invites.take(invite);
      if (this.#connecting === offer.id) this.#connecting = null;
      this.#pair();
    }
  }

  async #cancelled({ call, reason }) {
    if (!this.#isOffered(call)) return;
    const offer = this.#store.agent?.offer?.id ?? this.#told?.offer;
    this.#ended = { offer, reason };
    if (reason !== "RemoteCancel" || offer === this.#refused) return;
    await pause(GRACE); // the server knows whether it was the caller, a colleague, or the time
    const isFree = this.#store.agent?.state === "available";
    if (isFree && !this.#isTaken()) toast(CANCELLED[reason], "info");
  }

  /** It was an offer's, and not that of somebody else's call which is listened to. */
  #isOffered(call) {
    const { offer, supervision } = this.#store.agent ?? {};
    if ([supervision?.uuid, supervision?.phone_call].includes(call)) return false;
    return Boolean(offer) || this.#told?.call === call;
  }

  /** A colleague was quicker; that is said once, elsewhere. */
  #isTaken() {
    const at = this.#store.agent?.taken?.at ?? null;
    return at !== null && at !== this.#takenBefore;
  }

  /** The invite of this offer: the one with its leg's id, else the newest. */
  #inviteNow(offer) {
    return this.#invites.of(offer) ?? this.#invites.newest(this.#store.agent?.supervision);
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
    this.#acceptOwn(offer, call);
    if (!call) {
      this.#expect(offer);
    } else if (phone.here && !this.#isTold(offer, call)) {
      this.#announce({ offer: offer.id, call, epoch: phone.epoch });
    }
  }

  /** My own call, asked for here, and rung instead of called: nobody has to be asked again. */
  #acceptOwn(offer, call) {
    const isOwn = offer.kind === "outgoing" && this.#store.calling === offer.call;
    if (isOwn && call && !this.#store.answering) this.accept();
  }

  #isTold(offer, call) {
    const { answering, phone } = this.#store;
    const told = this.#told;
    const isThis = told?.offer === offer.id && told.epoch === phone.epoch;
    return isThis && (told.call === call || Boolean(answering));
  }

  async #announce(told) {
    if (this.#told?.offer !== told.offer) this.#takenBefore = this.#store.agent.taken?.at ?? null;
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
    const { answering, isElsewhere } = this.#store;
    const isWaited = this.#isOpen(offer) && !answering && !isElsewhere;
    if (isWaited && !this.#inviteNow(offer)) await this.#failed(offer, noInvite());
  }

  #isOpen(offer) {
    return this.#store.agent?.offer?.id === offer.id;
  }

  async #inviteOf(offer) {
    if (this.#store.line.state === "missing") {
      throw new PhoneFailed("no_sdk", NO_SDK);
    }
    const deadline = Date.now() + INVITE_WITHIN;
    // Once the offer is gone, what rings next is another caller, whom nobody has accepted.
    while (Date.now() < deadline && this.#isOpen(offer)) {
      const call = this.#inviteNow(offer);
      if (call) return call;
      await pause(LOOK);
    }
    throw noInvite();
  }

  async #failed(offer, error) {
    await pause(GRACE);
    const ended = this.#ended?.offer === offer.id ? this.#ended.reason : null;
    if (ended || !this.#isOpen(offer)) {
      if (!this.#isTaken()) toast(CANCELLED[ended] ?? refusal({ code: "offer_gone" }), "warn");
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
