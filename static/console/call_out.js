// Making a call: the form, and the way from its button to sound.

import { fetchDialling, fetchTargets, makeCall } from "./api.js";
import { drawColleagues, drawFrom, drawRecent } from "./call_out_lists.js";
import { byId, forbid, make, setText, show } from "./dom.js";
import { DIGITS } from "./keypad.js";
import { asTyped, digitsOf } from "./numbers.js";
import { every, pause } from "./ticker.js";
import { toast } from "./toasts.js";
import { NO_SDK } from "./words.js";

const AGAIN = 60; // seconds
const RINGS_WITHIN = 5000; // milliseconds

export class CallOut {
  #store;
  #socket;
  #phone;
  #dialling = {}; // what the server said of dialling last
  #colleagues = [];

  constructor({ store, socket, phone }) {
    this.#store = store;
    this.#socket = socket;
    this.#phone = phone;
    this.#keys();
    byId("dial-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    byId("dial-to").addEventListener("input", () => this.#refused(""));
    byId("dial-sheet").addEventListener(
      "toggle",
      ({ newState }) => newState === "open" && this.#load(),
    );
    byId("dial-sheet").addEventListener("click", ({ target }) => this.#chosen(target));
    store.addEventListener("change", () => this.#draw());
    every(AGAIN, () => byId("dial-sheet").matches(":popover-open") && this.#load());
    socket.addEventListener("live", () => this.#byAddress(), { once: true });
  }

  /** `?dial=+447700900123` in the address fills the form; the call needs a click all the same. */
  #byAddress() {
    const address = new URL(location.href);
    const wanted = address.searchParams.get("dial");
    if (wanted === null) return;
    address.searchParams.delete("dial");
    history.replaceState(null, "", address);
    const number = wanted.replace(/^ /, "+"); // as addresses write it
    byId("dial-to").value = number.replace(/[^\d+*#() .-]/g, "").slice(0, 40);
    byId("dial-sheet").addEventListener("toggle", () => byId("dial-call").focus(), { once: true });
    byId("dial-sheet").showPopover();
  }

  #keys() {
    const pad = byId("dial-pad");
    pad.addEventListener("click", () => {
      show(byId("dial-keys"), byId("dial-keys").hidden);
      pad.setAttribute("aria-expanded", String(!byId("dial-keys").hidden));
    });
    for (const [digit, letters] of [...DIGITS.slice(0, 9), ["+", ""], ["0", ""]]) {
      const key = make(
        "button",
        { type: "button", "aria-label": digit },
        digit,
        make("small", { "data-letters": letters }),
      );
      key.addEventListener("click", () => (byId("dial-to").value += digit));
      byId("dial-keys").append(key);
    }
    const back = make("button", { type: "button", "aria-label": "Delete the last key" }, "⌫");
    back.addEventListener(
      "click",
      () => (byId("dial-to").value = byId("dial-to").value.slice(0, -1)),
    );
    byId("dial-keys").append(back);
  }

  async #load() {
    this.#draw();
    const asked = [fetchDialling(), fetchTargets("")];
    const [dialling, targets] = await Promise.allSettled(asked);
    // What could not be loaded stays as it was; a number can be typed all the same.
    this.#dialling = dialling.value ?? this.#dialling;
    this.#colleagues = targets.value?.agents ?? this.#colleagues;
    drawFrom(this.#dialling);
    drawRecent(this.#dialling);
    this.#draw();
  }

  /** Why nobody can be called now: one sentence, or nothing. */
  get #why() {
    const { agent, isLive, phone, line, microphone, calling } = this.#store;
    if (!isLive) return "There is no connection to the server now.";
    if (!phone.here) return "Your phone is in another window: call from there.";
    if (line.state === "missing") return NO_SDK;
    if (line.state !== "ready") return "Your phone line is being opened.";
    if (microphone.state === "bad") return microphone.why;
    if (calling) return "You are making a call.";
    return agent?.call || agent?.offer ? "A call holds you." : "";
  }

  #draw() {
    const why = this.#why;
    forbid(byId("dial-call"), why);
    setText(byId("dial-why"), why || (this.#dialling.rules ?? []).join(" "));
    drawColleagues(this.#colleagues, why);
  }

  #submit() {
    if (this.#why) return;
    const number = asTyped(byId("dial-to").value);
    if (!/^\d{3,15}$/.test(digitsOf(number)))
      return this.#refused("Enter a number with its country, for example +44 20 7946 0000.");
    this.#call(number, byId("dial-from").value || null);
  }

  #chosen(target) {
    const number = target.closest("[data-number]")?.dataset.number;
    const colleague = target.closest("[data-call-agent]");
    if (number) {
      byId("dial-to").value = `+${number}`;
      this.#refused("");
      byId("dial-call").focus();
    } else if (colleague && !colleague.hasAttribute("aria-disabled")) {
      this.#call({ agent: colleague.dataset.callAgent });
    }
  }

  #refused(sentence) {
    setText(byId("dial-error"), sentence);
    byId("dial-to").setAttribute("aria-invalid", sentence ? "true" : "false");
    if (sentence) byId("dial-to").focus();
  }

  async #call(to, from = null) {
    this.#refused("");
    this.#store.change({ calling: true });
    let made;
    try {
      made = await makeCall(to, from);
    } catch (error) {
      this.#store.change({ calling: null });
      if (byId("dial-sheet").matches(":popover-open")) this.#refused(error.message);
      else toast(error.message, "warn");
      return;
    }
    byId("dial-to").value = "";
    byId("dial-sheet").hidePopover();
    await this.#connect(made);
  }

  /** Our own side comes about; then the server calls the other. */
  async #connect({ id, key, rings }) {
    this.#store.change({ calling: id });
    try {
      if (rings) return await pause(RINGS_WITHIN); // its offer is accepted by itself meanwhile
      await this.#phone.callOut({ key });
    } catch (error) {
      if (this.#store.ending !== id) {
        toast(error.message, "danger");
        await this.#socket.send("end", { call: id }).catch(() => {}); // the server gives it up itself
      }
    } finally {
      this.#store.change({ calling: null });
    }
  }
}
