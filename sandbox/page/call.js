// One call, from pressing Call to its end: its sound, its keys, and how it ended.

import { Line } from "./line.js";
import { UNPLUGGED, openMicrophone, silentTrack } from "./microphone.js";
import { hangUp, press, send } from "./api.js";
import { list, who } from "./people.js";
import { span } from "./clock.js";

const SOON_MS = 5000;
const TOLD_WITHIN_MS = 2000;

export class Call {
  /** `changed()` is told whatever changes; `trouble(sentence)` why nobody hears the caller. */
  constructor({ from, to, page, audio, changed, trouble }) {
    Object.assign(this, { from, to, page, audio, changed, trouble });
    this.phase = "dialling";
    this.asking = "If you are asked, allow the microphone.";
    this.uuid = null;
    this.muted = false;
    this.silent = false;
    this.keys = "";
    this.answeredAt = null;
    this.endedAt = null;
    this.by = "";
    this.failure = "";
    this.fields = {};
    this.ids = new Set();
    this.others = new Map();
    this.pressing = Promise.resolve();
  }

  get live() {
    return this.uuid !== null && this.phase !== "ended";
  }

  async dial() {
    const { track, reason } = await openMicrophone();
    this.asking = "";
    if (this.phase === "ended") {
      track?.stop();
      return;
    }
    this.line = new Line(track ?? silentTrack(), this.audio, () => this.lose());
    this.line.muted = this.muted;
    this.opened(track, reason);
    try {
      await this.connect();
    } catch (error) {
      this.fail(error);
    }
  }

  async connect() {
    const body = { from: this.from, to: this.to, page: this.page, offer: await this.line.offer() };
    const reply = await send("POST", "/sandbox/phone/calls", body);
    if (this.phase === "ended") {
      await hangUp(reply.uuid);
      return;
    }
    this.uuid = reply.uuid;
    this.ids.add(reply.uuid);
    this.phase = "ringing";
    this.changed();
    await this.line.accept(reply.answer);
  }

  /** A microphone was opened, or `reason` says why not. */
  opened(track, reason) {
    this.silent = !track;
    track?.addEventListener("ended", () => this.unplugged());
    this.trouble(reason ?? "");
    this.changed();
  }

  async unplugged() {
    if (this.phase !== "ended") {
      await this.line.use(silentTrack());
      this.opened(null, UNPLUGGED);
    }
  }

  async tryMicrophone() {
    const { track, reason } = await openMicrophone();
    if (this.phase === "ended") {
      track?.stop();
      return;
    }
    if (track) {
      await this.line.use(track);
    }
    this.opened(track, reason);
  }

  mute(muted) {
    this.muted = muted;
    if (this.line) {
      this.line.muted = muted;
    }
    this.changed();
  }

  /** Keys go out one after another, in the order they were pressed. */
  press(key) {
    this.keys += key;
    // A key pressed as the call ends is pressed for nothing, as on any phone.
    this.pressing = this.pressing.then(() => press(this.uuid, key)).catch(() => {});
    this.changed();
  }

  hangUp() {
    if (this.uuid) {
      // If it has just ended by itself, there is nothing left to do.
      hangUp(this.uuid).catch(() => {});
    }
    this.end("me");
  }

  /** The sound is gone; if that is because the call has ended, the sandbox says so in a moment. */
  lose() {
    setTimeout(() => {
      if (this.live) {
        hangUp(this.uuid).catch(() => {});
        this.fail(new Error("The sound connection to the sandbox was lost. Call again."));
      }
    }, TOLD_WITHIN_MS);
  }

  fail(error) {
    if (this.phase !== "ended") {
      this.fields = error.fields ?? {};
      this.failure = this.fields.to ? "Nobody has that number." : error.message;
      this.end("failure");
    }
  }

  /** What the sandbox says of this call, and who else is on it. */
  follow(picture) {
    if (!this.live) {
      return;
    }
    const leg = picture.legs.find((one) => one.uuid === this.uuid);
    this.answeredAt = leg?.answered ?? this.answeredAt;
    if (!leg) {
      this.fail(new Error("The sandbox was reset or started again."));
      return;
    }
    if (leg.status === "completed") {
      this.end("other");
      return;
    }
    this.phase = leg.answered ? "answered" : "ringing";
    this.ids.add(leg.conversation);
    const room = picture.conversations.find((one) => one.id === leg.conversation);
    for (const other of picture.legs.filter((one) => room?.legs.includes(one.uuid))) {
      this.ids.add(other.uuid);
      if (other.uuid !== this.uuid) {
        this.others.set(other.uuid, who(other, this.uuid).name);
      }
    }
  }

  end(by) {
    this.phase = "ended";
    this.by = by;
    this.endedAt = Date.now();
    this.line?.close();
    this.trouble("");
    this.changed();
  }

  /** How it ended; `hungUp` has the time at which a leg was hung up by its own far end. */
  ending(hungUp) {
    if (this.by === "failure") {
      return "The call failed";
    }
    if (this.by === "me" || hungUp.has(this.uuid)) {
      return "You hung up";
    }
    const soon = ([uuid]) => Math.abs(this.endedAt - hungUp.get(uuid)) < SOON_MS;
    const names = [...this.others].filter(soon).map(([, name]) => name);
    if (names.length) {
      return `${list(names)} hung up`;
    }
    return this.answeredAt ? "The contact centre ended the call" : "Nobody took the call";
  }

  get lasted() {
    if (this.failure) {
      return this.failure;
    }
    return this.answeredAt ? `It lasted ${span(this.endedAt - this.answeredAt)}.` : "";
  }
}
