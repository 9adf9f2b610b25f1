// The phone: the sound of one call, by Vonage's Client SDK. Nothing but this and phone_session.js knows it.

import { Microphone } from "./microphone.js";
import {
  inTime,
  MEDIA_WITHIN,
  noAnswer,
  noMedia,
  noSession,
  PhoneFailed,
} from "./phone_failures.js";
import { tabStorage } from "./storage.js";
import { pause, within } from "./ticker.js";

const TOLD_WITHIN = 5000; // milliseconds, for what the platform is asked in a call
const LOOK = 100;

/**
 * Events: "invite" {call}, "cancel" {call, reason}, "hangup" {call}, "trouble" {sentence},
 * "fresh": a session begins that knows nothing of earlier invites;
 * "media" {state}: live, reconnecting or lost.
 */
export class Phone extends EventTarget {
  #devices;
  #session;
  #call = null;
  #joining = null; // the call whose sound is to come here; the newest wins
  #microphone;

  constructor({ devices, session }) {
    super();
    this.#devices = devices;
    this.#session = session;
    this.#microphone = new Microphone({ devices, peer: () => this.peer });
    this.#microphone.addEventListener("trouble", ({ detail }) => this.#tell("trouble", detail));
    session.hear("callInvite", (call) => this.#tell("invite", { call }));
    session.hear("callInviteCancel", (call, reason) => this.#tell("cancel", { call, reason }));
    session.hear("callHangup", (call) => this.#hungUp(call));
    session.hear("callMediaReconnecting", (call) => this.#lostMedia(call, "reconnecting"));
    session.hear("callMediaReconnection", (call) => call === this.#call && this.#adopt(call));
    session.hear("callMediaDisconnect", (call) => this.#lostMedia(call, "lost"));
    session.hear("callMediaError", (call) => this.#lostMedia(call, "lost"));
    session.addEventListener("fresh", () => this.#tell("fresh"));
    devices.addEventListener("chosen", ({ detail }) => this.#route(detail));
    devices.addEventListener("swapped", ({ detail }) => this.#route(detail.name));
  }

  open() {
    return this.#session.open();
  }

  /** Give the phone away: no session and no sound here any more. The call itself goes on. */
  async close() {
    const { peer } = this;
    const client = this.#session.close();
    this.#call = this.#joining = null;
    this.#setMuted(false);
    if (!client) return;
    client.getAudioOutputElement()?.pause();
    peer?.getSenders().forEach((sender) => sender.track?.stop());
    peer?.close();
    await within(MEDIA_WITHIN, client.deleteSession(), noMedia).catch(() => {});
  }

  /** Take an invite; the microphone may take `patience` ms. PhoneFailed says why it could not be. */
  async answer(call, patience) {
    const client = this.#client;
    this.#joining = call;
    await this.#microphone.check(patience);
    await inTime(client.answer(call)).catch((failure) => {
      client.hangup(call).catch(() => {}); // it may yet come about, unheard
      throw failure;
    });
    if (this.#joining !== call) throw noMedia();
    this.#setMuted(false);
    this.#adopt(call);
  }

  /**
   * Call the server, which knows by `context` what it is about: this agent's side of a call that is
   * made. The call's id; PhoneFailed if it did not come about.
   */
  async callOut(context) {
    const client = this.#client;
    const joining = (this.#joining = {}); // the SDK has no id for it yet
    await this.#microphone.check(MEDIA_WITHIN);
    if (this.#joining !== joining) throw noMedia();
    const asked = client.serverCall(context);
    const isGone = () => this.#joining !== joining || client !== this.#session.client;
    asked.then(
      (call) => isGone() && client.hangup(call).catch(() => {}),
      () => {},
    );
    const call = await inTime(asked).catch((failure) => {
      if (this.#joining === joining) this.#joining = null; // should it come about yet, it ends
      throw failure;
    });
    if (isGone()) throw noMedia();
    this.#setMuted(false);
    this.#adopt(call);
    return call;
  }

  async decline(call) {
    await this.#client.reject(call).catch(() => {}); // it may be over already
  }

  /** The sound of a call that this page does not know yet: after a reload, or taken over. */
  async resume(call) {
    const client = this.#client;
    const wasMuted = tabStorage.getItem("muted") === call;
    this.#joining = call;
    await this.#microphone.check(MEDIA_WITHIN);
    await inTime(client.reconnectCall(call));
    await this.#connected(client, call);
    const isMuted = await this.#muteAsShown(client, call, wasMuted);
    if (this.#joining !== call) throw noMedia();
    this.#call = call;
    this.#setMuted(isMuted);
    this.#adopt(call);
  }

  /** Silent here at once, and for the platform as soon as it can be told. */
  async mute() {
    const call = this.#call;
    this.#setMuted(true);
    this.#silence();
    try {
      await within(TOLD_WITHIN, this.#client.mute(call), noAnswer);
    } catch {
      if (call === this.#call && this.isMuted) this.#silence(); // silent here at least
    }
  }

  async unmute() {
    const call = this.#call;
    const asked = this.#client.unmute(call);
    try {
      await within(TOLD_WITHIN, asked, noAnswer);
      if (call === this.#call) this.#setMuted(false);
    } catch {
      if (call !== this.#call) return;
      const keepSilent = () => call === this.#call && this.isMuted && this.#silence();
      keepSilent();
      asked.then(keepSilent, () => {}); // unmuted too late: it was said that it failed
      throw new PhoneFailed("mute", "You could not be unmuted. Press Unmute again.");
    }
  }

  async press(digit) {
    await within(TOLD_WITHIN, this.#client.sendDTMF(this.#call, digit), noAnswer);
  }

  /** Hang up here; whether that worked. */
  async hangUp() {
    if (!this.#call) this.#joining = null; // what is on its way is not wanted any more
    if (!this.#call || !this.#session.client) return false;
    const call = this.#call;
    const { peer } = this;
    return inTime(this.#client.hangup(call)).then(
      () => true,
      () => {
        // The SDK closes the sound first, and says nothing more when the platform was not told.
        if (!peer || peer.connectionState === "closed") this.#hungUp(call);
        return false;
      },
    );
  }

  /** The call whose sound is here, as the SDK names it; or null. */
  get call() {
    return this.#call;
  }

  /** The RTCPeerConnection of the call, or null: to measure, not to change. */
  get peer() {
    return (this.#call && this.#session.client?.getPeerConnection(this.#call)) || null;
  }

  get microphoneTrack() {
    return this.#microphone.track;
  }

  get isMuted() {
    return this.#microphone.isMuted;
  }

  get #client() {
    if (!this.#session.client) throw noSession();
    return this.#session.client;
  }

  #hungUp(call) {
    if (call === this.#joining) this.#joining = null;
    if (call !== this.#call) return;
    this.#call = null;
    this.#setMuted(false);
    this.#tell("hangup", { call });
  }

  #lostMedia(call, state) {
    if (call === this.#call) this.#tell("media", { state });
  }

  #adopt(call) {
    this.#call = call;
    this.#devices.route(this.#client.getAudioOutputElement(), "headset");
    this.#microphone.adopt();
    this.#tell("media", { state: "live" });
  }

  async #connected(client, call) {
    const deadline = performance.now() + MEDIA_WITHIN;
    const isConnected = () => client.getPeerConnection(call)?.connectionState === "connected";
    while (!isConnected()) {
      if (this.#joining !== call || performance.now() > deadline) throw noMedia();
      await pause(LOOK);
    }
  }

  /** The platform remembers what another window said, so it is told either way. Whether it is muted. */
  async #muteAsShown(client, call, wasMuted) {
    const told = wasMuted ? client.mute(call) : client.unmute(call);
    return within(TOLD_WITHIN, told, noAnswer).then(
      () => wasMuted,
      () => true, // not known to be heard: the agent sees Unmute, and can press it
    );
  }

  #route(name) {
    if (name === "headset")
      this.#devices.route(this.#session.client?.getAudioOutputElement(), "headset");
  }

  #setMuted(isMuted) {
    this.#microphone.setMuted(isMuted, this.#call);
  }

  #silence() {
    this.#microphone.silence();
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
