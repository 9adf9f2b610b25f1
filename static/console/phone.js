// The phone: the sound of one call, by Vonage's Client SDK. Nothing but this and phone_session.js knows it.

import { MicrophoneMissing, stop } from "./devices.js";
import { pause, within } from "./ticker.js";

const MEDIA_WITHIN = 10_000; // milliseconds; the SDK itself would wait for ever
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

/**
 * Events: "invite" {call}, "cancel" {call, reason}, "hangup" {call}, "trouble" {sentence},
 * "media" {state}: live, reconnecting or lost.
 */
export class Phone extends EventTarget {
  #devices;
  #session;
  #call = null;
  isMuted = false;

  constructor({ devices, session }) {
    super();
    this.#devices = devices;
    this.#session = session;
    session.hear("callInvite", (call) => this.#tell("invite", { call }));
    session.hear("callInviteCancel", (call, reason) => this.#tell("cancel", { call, reason }));
    session.hear("callHangup", (call) => this.#hungUp(call));
    session.hear("callMediaReconnecting", (call) => this.#lostMedia(call, "reconnecting"));
    session.hear("callMediaReconnection", (call) => this.#adopt(call));
    session.hear("callMediaDisconnect", (call) => this.#lostMedia(call, "lost"));
    session.hear("callMediaError", (call) => this.#lostMedia(call, "lost"));
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
    this.#call = null;
    this.isMuted = false;
    if (!client) return;
    client.getAudioOutputElement()?.pause();
    peer?.getSenders().forEach((sender) => sender.track?.stop());
    peer?.close();
    await within(MEDIA_WITHIN, client.deleteSession(), noMedia).catch(() => {});
  }

  /** Take an invite. PhoneFailed says why it could not be. */
  async answer(call) {
    const client = this.#client;
    await this.#checkMicrophone();
    await inTime(client.answer(call)).catch((failure) => {
      client.hangup(call).catch(() => {}); // it may yet come about, unheard
      throw failure;
    });
    this.#setMuted(false);
    this.#adopt(call);
  }

  async decline(call) {
    await this.#client.reject(call).catch(() => {}); // it may be over already
  }

  /** The sound of a call that this page does not know yet: after a reload, or taken over. */
  async resume(call) {
    const client = this.#client;
    const wasMuted = sessionStorage.getItem("muted") === call;
    await this.#checkMicrophone();
    await inTime(client.reconnectCall(call));
    await inTime(this.#connected(client, call));
    this.#adopt(call);
    if (wasMuted) await this.mute();
  }

  async mute() {
    this.#setMuted(true);
    await this.#client.mute(this.#call).catch(() => this.#silence()); // silent here at least
  }

  async unmute() {
    try {
      await this.#client.unmute(this.#call);
      this.#setMuted(false);
    } catch {
      this.#silence();
      throw new PhoneFailed("mute", "You could not be unmuted. Press Unmute again.");
    }
  }

  async press(digit) {
    await this.#client.sendDTMF(this.#call, digit);
  }

  async hangUp() {
    if (this.#call) await inTime(this.#client.hangup(this.#call)).catch(() => {});
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
  async #checkMicrophone() {
    try {
      stop(await within(MEDIA_WITHIN, this.#devices.openMicrophone(), noPermission));
    } catch (error) {
      if (!(error instanceof MicrophoneMissing)) throw error;
      throw new PhoneFailed("microphone", error.message);
    }
  }

  async #connected(client, call) {
    const isConnected = () => client.getPeerConnection(call)?.connectionState === "connected";
    while (client === this.#session.client && !isConnected()) await pause(LOOK);
  }

  async #useDevice(name) {
    if (name === "headset")
      await this.#devices.route(this.#session.client?.getAudioOutputElement(), "headset");
    const sender = name === "microphone" && this.#sender;
    if (!sender) return;
    try {
      const [track] = (await this.#devices.openMicrophone()).getAudioTracks();
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
    if (isMuted) sessionStorage.setItem("muted", this.#call);
    else sessionStorage.removeItem("muted");
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
