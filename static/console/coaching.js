// Listening to a colleague's call, whispering to them, joining it, taking it over.

import { Admission } from "../supervising/admission.js";
import { saidOf } from "../supervising/modes.js";
import { isSureToTakeOver } from "../supervising/take_over.js";
import { SEEN_WITHIN } from "./asking.js";
import { isPending } from "./talk.js";
import { say, toast } from "./toasts.js";

export class Coaching {
  #store;
  #asking;
  #phone;
  #admission;
  #ringing = null; // the call that was on its way when it was last looked at, and is expected here
  #askedAt = -Infinity;
  #said = "";

  constructor({ store, asking, phone, invites }) {
    this.#store = store;
    this.#asking = asking;
    this.#phone = phone;
    const unanswered = (error) => this.#unanswered(error);
    this.#admission = new Admission({ store, phone, invites, unanswered });
    this.#admission.addEventListener("change", () => this.#answering());
    store.addEventListener("change", () => this.#follow());
    asking.addEventListener("failed", ({ detail }) => this.#failed(detail.kind));
    document.addEventListener("click", ({ target }) => {
      const button = target.closest("[data-supervise]");
      if (button) this.#supervise(button.dataset.supervise, Number(button.dataset.call));
      else if (target.closest("#coach-leave")) this.#leave();
    });
  }

  async #supervise(mode, at) {
    const { supervision } = this.#store;
    const call = at || supervision?.call;
    if (!call || this.#isOnTheWay) return;
    if (mode === "take_over" && !(await this.#isSure(supervision))) return;
    if (!supervision) {
      this.#askedAt = performance.now();
      this.#admission.expect(call);
    }
    await this.#asking.ask("supervise", { mode }, call);
  }

  /** Asked for, and not shown yet: the second of two clicks must not undo the first. */
  get #isOnTheWay() {
    const isNew = !this.#store.supervision && performance.now() < this.#askedAt + SEEN_WITHIN;
    return isNew || isPending(this.#store, "supervise");
  }

  #failed(kind) {
    if (kind !== "supervise" || this.#store.supervision) return;
    this.#askedAt = -Infinity;
    this.#admission.refuse();
  }

  /** Not sure either if the call has gone meanwhile. */
  async #isSure({ call, name }) {
    return (await isSureToTakeOver(name)) && this.#store.supervision?.call === call;
  }

  async #leave() {
    const { supervision } = this.#store;
    if (!supervision) return;
    this.#admission.refuse();
    const isTaken = await this.#asking.ask("leave", {}, supervision.call);
    if (!isTaken) this.#phone.hangUp();
  }

  #unanswered({ message }) {
    toast(message, "danger");
    return this.#leave();
  }

  #answering() {
    const { isAnswering } = this.#admission;
    this.#store.change({ calling: isAnswering ? this.#store.supervision.call : null });
  }

  #follow() {
    const { agent, supervision, isLive } = this.#store;
    if (!isLive) return;
    if (supervision) {
      this.#askedAt = -Infinity;
      this.#tell(supervision);
    } else this.#said = "";
    const isUnheard = this.#ringing !== null && !supervision && !agent?.call;
    if (isUnheard && this.#admission.expects(this.#ringing)) {
      this.#admission.refuse();
      toast("You could not be connected to that call.", "warn");
    }
    this.#ringing = supervision?.state === "ringing" ? supervision.call : null;
  }

  #tell(supervision) {
    const { mode, state } = supervision;
    const said = `${mode} ${state}`;
    if (state !== "joined" || said === this.#said) return;
    this.#said = said;
    say(saidOf(supervision, this.#store.sound.muted));
  }
}
