// The messages below the call bar: what is wrong now, and what to do.

import { unheard } from "../supervising/modes.js";
import * as clock from "./clock.js";
import { byId, headingOf, icon, make, setText } from "./dom.js";
import { heldBanner } from "./hold.js";
import { limitSentence } from "./limit.js";
import { everyTick } from "./ticker.js";
import { OVER } from "./words.js";

const LOST_SOUND = {
  connecting: "Your sound is coming back. The caller is still in the call.",
  reconnecting:
    "Your sound is interrupted. It comes back by itself; the caller is still in the call.",
};

const AWAY = {
  key: "sound",
  kind: "info",
  icon: "monitor",
  title: "The sound of this call is in another window of yours.",
  text: "If that one is closed, have it here.",
  button: ["resume", "refresh", "Bring it here"],
};

export class Banners {
  #store;
  #acts;
  #urls;
  #drawn = new Map();
  notes = new Map(); // of other parts of the page: key → banner

  /** `acts`: what the buttons do, by name. */
  constructor({ store, acts, urls }) {
    this.#store = store;
    this.#acts = acts;
    this.#urls = urls;
    store.addEventListener("change", () => this.draw());
    everyTick(() => this.#tick());
  }

  draw() {
    const wanted = new Map([
      ...this.#wanted()
        .filter(Boolean)
        .map((one) => [one.key, one]),
      ...this.notes,
    ]);
    let focused = null; // the banner whose button had the focus
    for (const [key, { element, said }] of this.#drawn) {
      if (wanted.has(key) && JSON.stringify(wanted.get(key)) === said) continue;
      if (element.contains(document.activeElement)) focused = key;
      element.remove();
      this.#drawn.delete(key);
    }
    for (const [key, one] of wanted) {
      if (this.#drawn.has(key)) continue;
      const element = this.#make(one);
      this.#drawn.set(key, { element, said: JSON.stringify(one) });
      byId("banners").append(element);
    }
    if (focused) this.#keepFocus(focused);
    this.#tick();
  }

  /** Focus that would fall into nothing goes to the same banner's button, or what stands there. */
  #keepFocus(key) {
    const again = this.#drawn.get(key)?.element.querySelector("button, a");
    (again ?? headingOf(document.querySelector("[data-bar]:not([hidden])"))).focus();
  }

  #wanted() {
    const { line, phone, sound, isLive, agent } = this.#store;
    if (!agent && isLive) return [];
    return [
      this.#connection(),
      isLive &&
        phone.here &&
        line.state === "missing" && {
          key: "sdk",
          kind: "danger",
          icon: "alert",
          title: "No phone software.",
          text: "This server has no Client SDK of Vonage for the browser, so no call can be taken here. Its operator runs “make sdk”, then you reload this page.",
        },
      isLive &&
        phone.here &&
        line.trouble && {
          key: "line",
          kind: line.state === "ready" ? "warn" : "danger",
          icon: "phone",
          title: line.state === "ready" ? "Your phone line runs out soon." : "No phone line.",
          text: line.trouble,
        },
      agent && sound.speaking && this.#speaking(unheard(agent)),
      this.#sound(),
      this.#store.isLive && this.#store.minutesHeld && heldBanner(this.#store),
      this.#limit(),
    ];
  }

  #connection() {
    const { connection, agent, sound } = this.#store;
    if (connection.state === "live" || !connection.attempt) return null;
    if (connection.over) {
      const link = connection.over === 4401 ? ["Log in", this.#urls.login] : null;
      return {
        key: "over",
        kind: "danger",
        icon: "lock",
        title: "",
        text: OVER[connection.over],
        link,
        alert: true,
      };
    }
    const speaking = "You and the caller still hear each other: sound has a way of its own.";
    const silent = "The caller stays in the call.";
    return {
      key: "connection",
      kind: "danger",
      icon: "signal-off",
      alert: true,
      countdown: true,
      title: agent
        ? `Connection lost at ${clock.atSecond(connection.since)}.`
        : "The server cannot be reached.",
      text: agent?.call
        ? sound.media === "live"
          ? speaking
          : silent
        : "No call is offered to you meanwhile.",
      button: ["tryNow", "refresh", "Try now"],
    };
  }

  #speaking(text) {
    const title = "You are speaking while muted.";
    const button = ["unmute", "mic", "Unmute"];
    return text && { key: "speaking", kind: "warn", icon: "mic-off", title, text, button };
  }

  #sound() {
    const { sound, phone } = this.#store;
    if (!this.#store.spoken || !phone.here) return null;
    if (sound.media === "lost") {
      return {
        key: "sound",
        kind: "danger",
        icon: "signal-off",
        title: "No sound here.",
        alert: true,
        text: `${sound.trouble || "The way of the sound broke off."} The caller is still in the call.`,
        button: ["resume", "refresh", "Bring it back"],
      };
    }
    if (this.#store.isSoundAway) return AWAY;
    const text = LOST_SOUND[sound.media];
    return text ? { key: "sound", kind: "warn", icon: "refresh", title: "", text } : null;
  }

  /** Said aloud once by who watches the clock, so it is no live region. */
  #limit() {
    const { agent, isOverLimit, isLive } = this.#store;
    if (!isOverLimit || !isLive || !agent.limit_at) return null;
    return {
      key: "limit",
      kind: "warn",
      icon: "clock",
      title: limitSentence(agent),
      text: "Choose Available when you are back.",
      ready: true,
      quiet: true,
    };
  }

  #make({ kind, icon: name, title, text, button, link, ...how }) {
    const words = make("div", { class: "grow" });
    if (title) words.append(make("b", {}, title), " ");
    words.append(text);
    const box = make("div", { class: `notice notice-${kind}` }, icon(name), words);
    if (!how.quiet) words.setAttribute("role", how.alert ? "alert" : "status");
    // Beside the live region, not in it: what ticks is never read out.
    if (how.countdown) box.append(make("span", { class: "muted", "data-retry": "" }));
    if (button) {
      const [act, picture, label] = button;
      const press = make("button", { class: "btn btn-sm", type: "button" }, icon(picture), label);
      press.addEventListener("click", () => this.#acts[act]());
      box.append(press);
    }
    if (how.ready) box.append(makeReady());
    if (link) box.append(make("a", { class: "btn btn-sm", href: link[1] }, link[0]));
    return box;
  }

  #tick() {
    const place = document.querySelector("[data-retry]");
    const { retryAt, attempt } = this.#store.connection;
    if (!place) return;
    const left = retryAt === null ? 0 : Math.ceil((retryAt - Date.now()) / 1000);
    setText(
      place,
      left > 0 ? `Trying again in ${clock.duration(left)} (attempt ${attempt}).` : "Trying now.",
    );
  }
}

/** The way back to work: forbidden with a reason like the other buttons of its kind. */
const makeReady = () =>
  make(
    "button",
    { class: "btn btn-sm", type: "button", "data-ready": "", "aria-describedby": "break-why" },
    icon("check-circle"),
    "Available",
  );
