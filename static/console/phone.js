// The phone: the sound of one call, by Vonage's Client SDK. Nothing but this and phone_session.js knows it.

import { MicrophoneMissing, stop } from "./devices.js";
import { tabStorage } from "./storage.js";
import { pause, within } from "./ticker.js";

const MEDIA_WITHIN = 10_000; // milliseconds; the SDK itself would wait for ever
const TOLD_WITHIN = 5000; // milliseconds, for what the platform is asked in a call
const LOOK = 100;

/** Something failed here. `cause` is one word for the server, the message a sentence. */
export class PhoneFailed extends Error {
  constructor(cause, message) {
    super(message);
    this.cause = cause;
  }
}

const noMedia = () =>
  new PhoneFailed(
    "media",
    "No sound came about between this browser and Vonage. Check the network, then go available.",
  );

const noPermission = () =>
  new MicrophoneMissing(
    "The browser still asks whether this page may use the microphone. Allow it, then check again.",
  );

const noAnswer = () => new PhoneFailed("no_answer", "Vonage did not answer. Try again.");

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
  #swaps = Promise.resolve();
  isMuted = false;

  constructor({ devices, session }) {
    super();
    this.#devices = devices;
    this.#session = session;
    session.hear("callInvite", (call) => this.#tell("invite", { call }));
    session.hear("callInviteCancel", (call, reason) => this.#tell("cancel", { call, reason }));
    session.hear("callHangup", (call) => this.#hungUp(call));
    session.hear("callMediaReconnecting", (call) => this.#lostMedia(call, "reconnecting"));
    session.hear("callMediaReconnection", (call) => call === this.#call && this.#adopt(call));
    session.hear("callMediaDisconnect", (call) => this.#lostMedia(call, "lost"));
    session.hear("callMediaError", (call) => this.#lostMedia(call, "lost"));
    session.addEventListener("fresh", () => this.#tell("fresh"));
    devices.addEventListener("chosen", ({ detail }) => this.#useDevice(detail));
    devices.addEventListener("swapped", ({ detail }) => this.#useDevice(detail.name));
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
    await this.#checkMicrophone(patience);
    await inTime(client.answer(call)).catch((failure) => {
      client.hangup(call).catch(() => {}); // it may yet come about, unheard
      throw failure;
    });
    if (this.#joining !== call) throw noMedia();
    this.#setMuted(false);
    this.#adopt(call);
  }

  async decline(call) {
    await this.#client.reject(call).catch(() => {}); // it may be over already
  }

  /** The sound of a call that this page does not know yet: after a reload, or taken over. */
  async resume(call) {
    const client = this.#client;
    const wasMuted = tabStorage.getItem("muted") === call;
    this.#joining = call;
    await this.#checkMicrophone(MEDIA_WITHIN);
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
    if (!this.#call || !this.#session.client) return false;
    return inTime(this.#client.hangup(this.#call)).then(
      () => true,
      () => false,
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
    return this.#sender?.track ?? null;
  }

  get #sender() {
    return this.peer?.getSenders().find((one) => one.track);
  }

  get #client() {
    if (!this.#session.client)
      throw new PhoneFailed(
        "no_session",
        "Your phone line is not open. Wait until it is, then try again.",
      );
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
    if (this.isMuted) this.#silence();
    this.#watchMicrophone();
    this.#tell("media", { state: "live" });
  }

  /** The SDK does not say what is wrong with the microphone; the browser does. */
  async #checkMicrophone(patience) {
    try {
      stop(await this.#openMicrophone(Math.min(patience, MEDIA_WITHIN)));
    } catch (error) {
      if (!(error instanceof MicrophoneMissing)) throw error;
      throw new PhoneFailed("microphone", error.message);
    }
  }

  /** The microphone, open; one that is allowed too late is closed again. */
  async #openMicrophone(patience) {
    const opening = this.#devices.openMicrophone();
    try {
      return await within(patience, opening, noPermission);
    } catch (error) {
      opening.then(stop, () => {});
      throw error;
    }
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

  #useDevice(name) {
    if (name === "headset")
      this.#devices.route(this.#session.client?.getAudioOutputElement(), "headset");
    // An unplugged microphone is told of twice: one replacement after the other.
    if (name === "microphone") this.#swaps = this.#swaps.then(() => this.#swapMicrophone());
  }

  async #swapMicrophone() {
    const sender = this.#sender;
    if (!sender) return;
    try {
      const stream = await this.#openMicrophone(MEDIA_WITHIN);
      if (sender !== this.#sender) return stop(stream);
      const [track] = stream.getAudioTracks();
      track.enabled = !this.isMuted;
      sender.track.stop();
      await sender.replaceTrack(track);
      this.#watchMicrophone();
    } catch (error) {
      this.#tell("trouble", { sentence: `The caller does not hear you. ${error.message}` });
    }
  }

  /** A microphone that is unplugged is replaced by what there is. */
  #watchMicrophone() {
    this.microphoneTrack?.addEventListener("ended", () => this.#useDevice("microphone"));
  }

  #setMuted(isMuted) {
    this.isMuted = isMuted;
    if (isMuted) tabStorage.setItem("muted", this.#call);
    else tabStorage.removeItem("muted");
  }

  #silence() {
    if (this.microphoneTrack) this.microphoneTrack.enabled = false;
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

async function inTime(promise) {
  try {
    return await within(MEDIA_WITHIN, promise, noMedia);
  } catch {
    throw noMedia();
  }
}
