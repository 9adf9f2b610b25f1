// The rows of the list of things to do. A row stays the same element while its item is listed.

import * as clock from "./clock.js";
import { fetchCard } from "./api.js";
import { byId, fill, forbid, icon, make, setAttribute, setText, show } from "./dom.js";
import { phoneNumber } from "./numbers.js";
import { say } from "./toasts.js";
import { plural } from "./words.js";

const AGAIN = 10_000; // milliseconds
const BROKEN = "The recording could not be loaded.";

const outcomes = new Map(); // queue → a promise of what can be chosen: the same for all its calls

function outcomesOf({ call, queue }) {
  if (!outcomes.has(queue)) {
    const asked = fetchCard(call).then((card) => card.dispositions);
    asked.catch(() => outcomes.get(queue) === asked && outcomes.delete(queue));
    outcomes.set(queue, asked);
  }
  return outcomes.get(queue);
}

/** They are looked up afresh: an operator may have changed what can be chosen. */
export const forgetOutcomes = () => outcomes.clear();

const facts = (...all) => all.filter(Boolean).join(", ");

/** `mark` stands beside the title: who looks after it, what is happening to it. */
function row(picture, mark, ...parts) {
  const title = make("span", { "data-slot": "title" });
  const sub = make("span", { class: "muted small", "data-slot": "facts" });
  const what = make("div", { class: "what" }, make("b", {}, title, mark), sub);
  return make("li", {}, icon(picture), what, ...parts);
}

const badge = (kind, picture, word) =>
  make("span", { class: `badge badge-${kind}` }, icon(picture), make("span", {}, word));

/** A button that names its row to those who do not see it. */
function button(picture, word, of, act) {
  const made = make(
    "button",
    { class: "btn btn-sm", type: "button", "aria-label": `${word}, ${of}` },
    icon(picture),
    word,
  );
  made.addEventListener("click", () => act());
  return made;
}

/** A caller's message: heard by all, looked after by one. */
export class MessageRow {
  #act;
  #id;
  #audio;
  #claim;
  #release;
  #finish;
  #isBusy = false;
  #owner = badge("info", "user", "");
  #sound = make("span", { class: "muted small" }); // why it cannot be heard now
  #isBroken = false;

  constructor({ id, number }, act) {
    const of = `message from ${phoneNumber(number)}`;
    this.#id = id;
    this.#act = act;
    this.#audio = make("audio", { controls: "", preload: "none", "aria-label": of });
    this.#audio.addEventListener("error", () => this.#missed());
    this.#claim = button("hand", "Claim", of, () => this.#do("claim", "The message is yours."));
    this.#release = button("back", "Give back", of, () => this.#do("release", "Given back."));
    this.#finish = button("check", "Done", of, () => this.#do("finish", "The message is done."));
    this.element = row(
      "voicemail",
      this.#owner,
      this.#sound,
      this.#audio,
      make("div", { class: "acts" }, this.#claim, this.#release, this.#finish),
    );
  }

  get title() {
    return this.element.querySelector('[data-slot="title"]').textContent;
  }

  draw({ number, queue, began_at: at, duration, mine, claimable, claimed_by: owner, audio }) {
    const length = duration === null ? "" : clock.duration(duration);
    fill(this.element, {
      title: facts("Message", length),
      facts: facts(phoneNumber(number), queue, clock.onDayOrAt(at)),
    });
    if (audio && !this.#audio.hasAttribute("src")) this.#isBroken = false; // it may be there now
    if (audio) setAttribute(this.#audio, "src", audio);
    show(this.#audio, Boolean(audio));
    this.#drawSound();
    this.#drawOwner(owner, mine, claimable);
  }

  #drawSound() {
    const why = this.#isBroken ? BROKEN : "The recording is on its way.";
    setText(this.#sound, why);
    show(this.#sound, this.#isBroken || this.#audio.hidden);
  }

  #missed() {
    this.#isBroken = true;
    show(this.#audio, false);
    setAttribute(this.#audio, "src", null); // else it would never be asked for again
    this.#drawSound();
    say(BROKEN);
  }

  #drawOwner(owner, mine, claimable) {
    const focused = document.activeElement; // asked now: what is hidden is active no more
    setText(this.#owner.lastChild, mine ? "Yours" : `${owner} has it`);
    show(this.#owner, Boolean(owner));
    show(this.#claim, !owner && claimable);
    show(this.#release, mine && claimable);
    show(this.#finish, mine && claimable);
    if (!focused.hidden || !this.element.contains(focused)) return;
    const all = [this.#finish, this.#claim, this.#audio].filter((one) => !one.hidden);
    (all[0] ?? byId("todo-title")).focus();
  }

  async #do(what, done) {
    if (this.#isBusy) return;
    this.#isBusy = true;
    await this.#act(`${what}_voicemail`, { voicemail: this.#id }, done);
    this.#isBusy = false;
  }
}

/** Somebody who asked to be called: the queue offers it to an agent when it is their turn. */
export class CallbackRow {
  #state = badge("accent", "phone-out", "Being called");

  constructor({ number }) {
    this.title = `Callback, ${phoneNumber(number)}`;
    this.element = row("callback", this.#state);
  }

  draw({ queue, asked_at: asked, tries, max_tries: most, state, retry_at: again }) {
    const tried = tries ? `tried ${tries} of ${plural(most, "time", "times")}` : "not tried yet";
    const isLater = again && clock.secondsLeft(again) > 0;
    const next = isLater ? `again at ${clock.onDayOrAt(again)}` : "";
    fill(this.element, {
      title: this.title,
      facts: facts(queue, `asked for at ${clock.onDayOrAt(asked)}`, tried, next),
    });
    show(this.#state, state === "calling");
  }
}

/** A call of the agent's whose queue requires an outcome that was never chosen. */
export class OutcomeRow {
  title = "Call without an outcome";
  #act;
  #item;
  #select;
  #save;
  #why;

  constructor(item, act) {
    const { call, number } = item;
    const of = `outcome of the call with ${phoneNumber(number)}`;
    this.#act = act;
    this.#item = item;
    this.#why = make("span", { class: "vh", id: `todo-why-${call}` }, "Choose an outcome first.");
    this.#select = make("select", { class: "select select-sm", "aria-label": of });
    this.#save = button("check", "Save", of, () => this.#send());
    setAttribute(this.#save, "aria-describedby", this.#why.id);
    forbid(this.#save, "nothing is chosen");
    this.#select.addEventListener("change", () => forbid(this.#save, !this.#select.value));
    const acts = make("div", { class: "acts" }, this.#save, this.#why);
    this.element = row("tag", "", this.#select, acts);
    this.#fetch();
  }

  draw({ number, queue, answered_at: answered, ended_at: ended }) {
    const talked = answered && ended ? `talked ${clock.between(answered, ended)}` : "";
    const at = answered ?? ended;
    fill(this.element, {
      title: this.title,
      facts: facts(phoneNumber(number), queue, at && clock.onDayOrAt(at), talked),
    });
  }

  async #fetch() {
    this.#choices("Loading…", []);
    try {
      this.#choices("Choose one", await outcomesOf(this.#item));
    } catch {
      this.#choices("Could not be loaded", []);
      setTimeout(() => this.element.isConnected && this.#fetch(), AGAIN);
    }
  }

  #choices(first, dispositions) {
    const option = ({ id, label }) => make("option", { value: id }, label);
    const group = ({ label, children }) => make("optgroup", { label }, ...children.map(option));
    const all = dispositions.map((one) => (one.children?.length ? group(one) : option(one)));
    this.#select.replaceChildren(make("option", { value: "" }, first), ...all);
    forbid(this.#save, !this.#select.value);
  }

  /** What was refused may not be there to choose any more. */
  async #send() {
    const content = { call: this.#item.call, disposition: Number(this.#select.value) };
    if (await this.#act("disposition", content, "The outcome is saved.")) return;
    forgetOutcomes();
    this.#fetch();
  }
}
