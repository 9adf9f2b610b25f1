// The checks before the first call: each is shown as waiting, running, passed, or as what to do.

import { behind } from "./clock.js";
import { meter, stop } from "./devices.js";
import { byId, fill, icon, make, redraw, setAttribute, setIcon, setText, show } from "./dom.js";
import { listenTo, playTone } from "./sound_check.js";
import { stageOf } from "./store.js";

// How a check looks: the colours are those of agent states.
const LOOKS = {
  wait: { state: "offline", icon: "clock" },
  run: { state: "offered", icon: "refresh" },
  ok: { state: "available", icon: "check-circle" },
  warn: { state: "on_break", icon: "alert" },
  bad: { state: "missed", icon: "x-circle" },
};
const BARS = 16;
const LOUD = 0.15; // root mean square that fills the meter
const HEARD = 0.01;
const LOOK = 100; // milliseconds
const CLOCK_OFF = 2; // seconds

const row = (name) => document.querySelector(`[data-check-of="${name}"]`);

export class Preflight {
  #store;
  #devices;
  #ring;
  #results = {
    microphone: "wait",
    headset: "ok",
    connection: "wait",
    sound: "wait",
    ringing: "ok",
  };
  #stream = null;
  #level = null;
  #timer = null;
  #runs = false;
  #turn = 0; // counts the runs, so that one that was overtaken knows it

  constructor({ store, devices, ring }) {
    this.#store = store;
    this.#devices = devices;
    this.#ring = ring;
    byId("preflight-level").append(...Array.from({ length: BARS }, () => make("i")));
    byId("preflight-again").addEventListener("click", () => this.run());
    byId("preflight-tone").addEventListener("click", () => this.#tone());
    byId("preflight-record").addEventListener("click", () => this.#listen());
    byId("preflight-heard").addEventListener("click", () => this.#heard());
    byId("preflight-notify").addEventListener("click", () => this.#askToNotify());
    store.addEventListener("change", () => this.#follow());
    devices.addEventListener(
      "chosen",
      ({ detail }) => detail === "microphone" && this.#runs && this.run(),
    );
  }

  async run() {
    this.#close();
    const turn = this.#turn;
    show(byId("preflight-heard"), false);
    this.#say("headset", "ok", "Play a tone to hear where calls are heard.");
    this.#say("sound", "wait", "Record two seconds and hear yourself. You may skip this.");
    this.#drawRinging();
    this.#say("microphone", "run", "The browser may ask for your permission: allow it.", [
      "info",
      "Asking",
    ]);
    let stream;
    try {
      stream = await this.#devices.openMicrophone();
    } catch (error) {
      if (turn !== this.#turn) return;
      this.#say("microphone", "bad", error.message, ["danger", "Not there"]);
      this.#store.change({ microphone: { state: "bad", why: error.message } });
      return;
    }
    if (turn !== this.#turn) return stop(stream);
    this.#stream = stream;
    this.#level = meter(this.#stream.getAudioTracks()[0]);
    this.#timer = setInterval(() => this.#drawLevel(), LOOK);
    this.#say("microphone", "ok", "Say something: the bar should move.", ["ok", "Allowed"]);
    await this.#devices.refresh();
    if (turn !== this.#turn) return;
    this.#store.change({ microphone: { state: "ok", why: "" } });
  }

  #follow() {
    const runs = stageOf(this.#store) === "preflight";
    if (runs && !this.#runs) {
      this.#runs = true;
      this.run();
    } else if (!runs && this.#runs) {
      this.#runs = false;
      this.#close();
    }
    if (runs) this.#drawConnection();
  }

  #close() {
    this.#turn += 1;
    clearInterval(this.#timer);
    this.#level?.close();
    stop(this.#stream);
    this.#stream = this.#level = null;
  }

  #drawLevel() {
    const level = this.#level();
    const lit = Math.min(BARS, Math.round((BARS * Math.sqrt(level)) / Math.sqrt(LOUD)));
    [...byId("preflight-level").children].forEach((one, at) =>
      one.classList.toggle("on", at < lit),
    );
    if (level > HEARD) this.#say("microphone", "ok", "You are heard.", ["ok", "Allowed"]);
  }

  #drawConnection() {
    const { isLive, connection, line } = this.#store;
    if (!isLive)
      return this.#say("connection", "bad", "The server is not reached.", ["danger", "None"]);
    const reached = `Server reached in ${connection.roundTrip ?? "–"} ms`;
    if (line.state === "missing") {
      return this.#say(
        "connection",
        "bad",
        `${reached}, but it has no phone software for the browser: its operator runs “make sdk”.`,
        ["danger", "No phone"],
      );
    }
    if (line.state !== "ready")
      return this.#say("connection", "run", `${reached}, opening the phone line.`, [
        "info",
        "Opening",
      ]);
    const off = Math.abs(behind());
    const clock =
      off < CLOCK_OFF
        ? `clock exact to ${Math.max(0.1, off).toFixed(1)} s`
        : `this computer’s clock is ${Math.round(off)} s off; times shown are the server’s`;
    this.#say(
      "connection",
      off < CLOCK_OFF ? "ok" : "warn",
      `${reached}, phone line open, ${clock}`,
      ["ok", "Good"],
    );
  }

  #drawRinging() {
    const permission = window.Notification?.permission ?? "denied";
    show(byId("preflight-notify"), permission === "default");
    const texts = {
      granted: ["ok", "A hidden tab rings and shows a notification."],
      default: [
        "warn",
        "A hidden tab rings, but shows nothing until you allow notifications. You may go on.",
      ],
      denied: [
        "warn",
        "Notifications are blocked in this browser: a hidden tab rings, but shows nothing. You may go on.",
      ],
    };
    this.#say("ringing", ...texts[permission]);
  }

  async #askToNotify() {
    await Notification.requestPermission();
    this.#drawRinging();
  }

  async #tone() {
    await playTone(this.#devices);
    this.#say("headset", "ok", "You should have heard a tone. If not, choose another device.");
  }

  async #listen() {
    if (!this.#stream) return this.#say("sound", "bad", "The microphone has to pass first.");
    const turn = this.#turn;
    show(byId("preflight-echo"), true);
    this.#say("sound", "run", "Say something: it is recorded for two seconds.");
    const progress = (share) =>
      (byId("preflight-echo").firstElementChild.style.width = `${100 * share}%`);
    await listenTo(this.#stream, this.#devices, progress, () =>
      this.#say("sound", "run", "Now you should hear yourself."),
    );
    show(byId("preflight-echo"), false);
    if (turn !== this.#turn) return;
    show(byId("preflight-heard"), true);
    this.#say(
      "sound",
      "run",
      "Did you hear yourself? If not, choose another headset and try again.",
    );
  }

  #heard() {
    show(byId("preflight-heard"), false);
    this.#say("sound", "ok", "You heard yourself.");
  }

  #say(name, result, sentence, badge) {
    this.#results[name] = result;
    const { state, icon: picture } = LOOKS[result];
    const line = row(name);
    setAttribute(line, "data-state", state);
    setIcon(line, picture);
    fill(line, { said: sentence });
    if (badge) this.#badge(line.querySelector('[data-slot="badge"]'), ...badge);
    const passed = Object.values(this.#results).filter((one) => one === "ok").length;
    setText(byId("preflight-passed"), `${passed} of ${Object.keys(this.#results).length} passed`);
  }

  #badge(badge, kind, word) {
    setAttribute(badge, "class", `badge badge-${kind}`);
    const pictures = { ok: "check", danger: "alert", info: "refresh" };
    redraw(badge, [kind, word], () => [icon(pictures[kind]), word]);
  }
}
