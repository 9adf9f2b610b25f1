// What the buttons and shortcuts of the page do.

import { byId } from "./dom.js";
import { startKeyList } from "./key_list.js";
import { openMenu } from "./menus.js";
import { startShortcuts } from "./shortcuts.js";
import { tabStorage } from "./storage.js";
import { nameOf } from "./talk.js";
import { toast } from "./toasts.js";
import { refusal } from "./words.js";

const CHECKED = "checked"; // in tabStorage: this tab has passed the checks

export const isChecked = () => tabStorage.getItem(CHECKED) !== null;
export const forgetChecked = () => tabStorage.removeItem(CHECKED);

export class Actions {
  #parts;

  constructor(parts) {
    this.#parts = parts;
    const { asking, calls, offers, lease, ring } = parts;
    document.addEventListener("click", (event) => this.#refuse(event), true);
    this.#on("#accept", () => offers.accept());
    this.#on("#decline", () => offers.decline());
    this.#on("[data-mute]", () => calls.toggleMute());
    this.#on("[data-hold]", () => this.#hold());
    this.#on("[data-ask]", ({ ask }) => this.#ask(ask));
    this.#on("#end", () => calls.end());
    this.#on("#extend", () => this.#send("extend_wrap_up"));
    this.#on("#take-over", () =>
      lease
        .claim(true)
        .then(() => calls.bringHere())
        .catch((error) => toast(refusal(error), "danger")),
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
    const why = byId(place)?.textContent.trim() || button.dataset.why;
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
      const { agent, sound } = this.#parts.store;
      const isHeard = agent?.supervision && sound.media !== "none";
      if (!agent?.call && !isHeard) return;
      event.preventDefault();
      byId("leave").showModal();
    });
    byId("leave-stay").addEventListener("click", () => byId("leave").close());
    byId("leave-go").addEventListener("click", () => form.submit());
  }

  async #ask(kind) {
    const { asking, store } = this.#parts;
    const call = store.agent?.call;
    const name = kind === "complete" && call?.consult ? nameOf(call.consult) : null;
    if (name) store.change({ handed: { call: call.id, name, isTheirs: true } });
    await asking.ask(kind);
  }

  #hold() {
    const { asking, store } = this.#parts;
    return asking.ask(store.agent?.call?.state === "held" ? "resume" : "hold");
  }

  #shortcuts() {
    const { isOn } = startKeyList();
    const click = (id) => () => byId(id).checkVisibility() && byId(id).click();
    const open = (selector) => () => {
      const shown = [...document.querySelectorAll(selector)].find((one) => one.checkVisibility());
      if (shown) openMenu(shown);
    };
    const shown = (ids) => ids.find((id) => byId(id).checkVisibility());
    startShortcuts({
      isWanted: isOn,
      acts: {
        accept: click("accept"),
        decline: click("decline"),
        mute: () => byId(shown(["mute", "coach-mute"]))?.click(),
        hold: click("hold"),
        keypad: open("#keypad"),
        transfer: click("transfer"),
        add: click("add"),
        call: open("[data-dial]"),
        state: open("#state"),
        notes: () => byId("notes").focus(),
        next: () => byId("next-state").focus(),
        todo: () => byId("todo-title").focus(),
        help: open("#help"),
      },
      // Chosen when it is pressed: what came into its place meanwhile was not meant.
      held: { end: () => click(shown(["end", "coach-leave", "done"]) ?? "end") },
    });
  }
}
