// What the buttons and shortcuts of the page do.

import { byId } from "./dom.js";
import { openMenu } from "./menus.js";
import { startShortcuts } from "./shortcuts.js";
import { browserStorage, tabStorage } from "./storage.js";
import { viewOf } from "./store.js";
import { toast } from "./toasts.js";
import { refusal } from "./words.js";

const CHECKED = "checked"; // in tabStorage: this tab has passed the checks

export const isChecked = () => tabStorage.getItem(CHECKED) !== null;
export const forgetChecked = () => tabStorage.removeItem(CHECKED);

export class Actions {
  #parts;

  constructor(parts) {
    this.#parts = parts;
    const { calls, offers, lease, ring } = parts;
    document.addEventListener("click", (event) => this.#refuse(event), true);
    this.#on("#accept", () => offers.accept());
    this.#on("#decline", () => offers.decline());
    this.#on("#mute", () => calls.toggleMute());
    this.#on("#end", () => calls.end());
    this.#on("#extend", () => this.#send("extend_wrap_up"));
    this.#on("#take-over", () =>
      lease.claim(true).catch((error) => toast(refusal(error), "danger")),
    );
    this.#on("[data-choose]", ({ choose, reason }) => this.choose(choose, reason));
    this.#on("[data-ready]", () => this.choose("available"));
    this.#on("[data-ring-test]", () => ring.test());
    this.#on("[data-check]", () => this.#check());
    this.#logOut();
    this.#shortcuts();
  }

  async choose(state, reason = null) {
    for (const menu of document.querySelectorAll("[popover]")) menu.hidePopover();
    const { store } = this.#parts;
    if (!(await this.#send("state", { state, reason }))) return;
    if (state === "available" && store.checking) tabStorage.setItem(CHECKED, "yes");
    store.change({ checking: false });
  }

  #on(selector, act) {
    document.addEventListener("click", ({ target }) => {
      const button = target.closest(selector);
      if (button) act(button.dataset);
    });
  }

  /** A button that cannot do it now says why instead. */
  #refuse(event) {
    const button = event.target.closest('[aria-disabled="true"]');
    if (!button) return;
    event.preventDefault();
    event.stopPropagation();
    const place = button.matches("[data-choose]")
      ? "states-why"
      : button.getAttribute("aria-describedby");
    const why = byId(place)?.textContent.trim();
    if (why) toast(why, "warn");
  }

  async #send(command, body) {
    try {
      await this.#parts.socket.send(command, body);
      return true;
    } catch (error) {
      toast(refusal(error), "warn");
      return false;
    }
  }

  #check() {
    const { store } = this.#parts;
    byId("devices-sheet").hidePopover();
    if (["offline", "on_break", "missed"].includes(store.agent?.state))
      store.change({ checking: true });
    else toast("Go on a break first: a call could come in the middle of the checks.", "info");
  }

  #logOut() {
    const form = byId("log-out");
    form.addEventListener("submit", (event) => {
      if (!this.#parts.store.agent?.call) return;
      event.preventDefault();
      byId("leave").showModal();
    });
    byId("leave-stay").addEventListener("click", () => byId("leave").close());
    byId("leave-go").addEventListener("click", () => form.submit());
  }

  #shortcuts() {
    const box = byId("shortcuts-on");
    box.checked = browserStorage.getItem("shortcuts") !== "off";
    box.addEventListener("change", () =>
      browserStorage.setItem("shortcuts", box.checked ? "on" : "off"),
    );
    const click = (id) => () => byId(id).checkVisibility() && byId(id).click();
    startShortcuts({
      isOn: () => box.checked,
      acts: {
        A: click("accept"),
        D: click("decline"),
        M: click("mute"),
        K: () => byId("keypad").checkVisibility() && openMenu(byId("keypad")),
        S: () => openMenu(byId("state")),
        N: () => byId("notes").focus(),
        "?": () => openMenu(byId("help")),
      },
      // Chosen when it is pressed: what came into its place meanwhile was not meant.
      held: { E: () => click(viewOf(this.#parts.store) === "wrapup" ? "done" : "end") },
    });
  }
}
