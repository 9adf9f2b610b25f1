// The messages below the call bar: what is wrong now, and what to do.

import * as clock from "./clock.js";
import { byId, icon, make, setText } from "./dom.js";
import { everyTick } from "./ticker.js";
import { OVER } from "./words.js";

const LOST_SOUND = {
  connecting: "Your sound is coming back. The caller is still in the call.",
  reconnecting:
    "Your sound is interrupted. It comes back by itself; the caller is still in the call.",
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
    for (const [key, { element, said }] of this.#drawn) {
      if (wanted.has(key) && JSON.stringify(wanted.get(key)) === said) continue;
      element.remove();
      this.#drawn.delete(key);
    }
    for (const [key, one] of wanted) {
      if (this.#drawn.has(key)) continue;
      const element = this.#make(one);
      this.#drawn.set(key, { element, said: JSON.stringify(one) });
      byId("banners").append(element);
    }
    this.#tick();
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
      sound.speaking && {
        key: "speaking",
        kind: "warn",
        icon: "mic-off",
        title: "You are speaking while muted.",
        text: "The caller does not hear you.",
        button: ["unmute", "mic", "Unmute"],
      },
      this.#sound(),
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

  #sound() {
    const { sound, agent, phone } = this.#store;
    if (!agent?.call || !phone.here) return null;
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
    const text = LOST_SOUND[sound.media];
    return text ? { key: "sound", kind: "warn", icon: "refresh", title: "", text } : null;
  }

  #make({ kind, icon: name, title, text, button, link, alert, countdown }) {
    const words = make("div", { class: "grow" });
    if (title) words.append(make("b", {}, title), " ");
    words.append(text);
    const box = make("div", { class: `notice notice-${kind}` }, icon(name), words);
    words.setAttribute("role", alert ? "alert" : "status");
    // Beside the live region, not in it: what ticks is never read out.
    if (countdown) box.append(make("span", { class: "muted", "data-retry": "" }));
    if (button) {
      const [act, picture, label] = button;
      const press = make("button", { class: "btn btn-sm", type: "button" }, icon(picture), label);
      press.addEventListener("click", () => this.#acts[act]());
      box.append(press);
    }
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
