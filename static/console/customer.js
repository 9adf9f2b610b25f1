// Who the customer is: shown beside the call, and kept as the agent writes it.

import { saveCustomer } from "./api.js";
import { byId, forbid, make, redraw, setAttribute, setText, show } from "./dom.js";
import { Refused } from "./rest.js";
import { toast } from "./toasts.js";

const FIELDS = ["name", "company", "email", "note"];
const SAVING = "It is being saved.";

const field = (name) => byId(`customer-${name}`);
const written = (name) => field(name).value.trim();
const labelOf = (name) => field(name).labels[0].textContent;

/** The fields that the server refused. */
const wrongIn = (error) => FIELDS.filter((name) => error.fields?.[name]);

/** Why, of the first of them; or of the whole. */
function whyNot(error) {
  const [wrong] = wrongIn(error);
  return wrong ? `${labelOf(wrong)}: ${error.fields[wrong][0]}` : error.message;
}

const without = (facts, names) =>
  Object.fromEntries(Object.entries(facts).filter(([name]) => !names.includes(name)));

/** Save what the server takes; the fields that it does not. */
async function saveWhatCan(call, facts) {
  try {
    await saveCustomer(call, facts);
    return [];
  } catch (error) {
    const wrong = wrongIn(error);
    const rest = without(facts, wrong);
    if (!wrong.length || !Object.keys(rest).length) throw error;
    await saveCustomer(call, rest);
    return wrong;
  }
}

export class Customer {
  #call = null;
  #known = {};
  #filled = {}; // what stood in each field before the agent wrote there
  #draft = {}; // what was written over that and is not saved yet
  #saving = null; // {call, facts}: what is being saved

  constructor() {
    byId("customer-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save();
    });
    byId("customer-sheet").addEventListener("toggle", ({ newState }) => {
      if (newState === "open") this.#say("");
    });
    byId("customer-form").addEventListener("input", () => this.#write());
    byId("customer-discard").addEventListener("click", () => this.#discard());
  }

  /** `card` is what is known of the call; without one, nobody is. */
  draw(card) {
    if (card?.id !== this.#call) this.#leave();
    this.#call = card?.id ?? null;
    this.#show(card?.customer ?? {});
    const pop = byId("customer-pop");
    show(pop, Boolean(card?.pop));
    if (card?.pop) setAttribute(pop, "href", card.pop);
  }

  #show(customer) {
    this.#known = customer;
    this.#fill();
    const { name, company, email, note } = customer;
    setText(byId("customer-who"), [name, company].filter(Boolean).join(", "));
    show(byId("customer-who"), Boolean(name || company));
    setText(byId("customer-mail"), email ?? "");
    show(byId("customer-mail"), Boolean(email));
    redraw(byId("customer-told"), note ?? "", () => (note ? [make("p", {}, note)] : []));
    show(byId("customer-told"), Boolean(note));
  }

  /** A field that was not written over follows what is known. */
  #fill() {
    for (const name of FIELDS) {
      if (name in this.#draft) continue;
      const known = this.#known[name] ?? "";
      if (written(name) !== known) field(name).value = known;
      this.#filled[name] = written(name); // as the field has it: its lines may end otherwise
    }
  }

  #write() {
    if (this.#call === null) return;
    const changed = FIELDS.filter((name) => written(name) !== this.#filled[name]);
    this.#keepDraft(Object.fromEntries(changed.map((name) => [name, written(name)])));
  }

  #keepDraft(facts) {
    this.#draft = facts;
    show(byId("customer-unsaved"), this.#isDraft);
  }

  get #isDraft() {
    return Object.keys(this.#draft).length > 0;
  }

  #discard() {
    this.#keepDraft({});
    this.#fill();
    byId("customer-sheet").hidePopover();
  }

  /** The work on that call is over: what was written is kept as it stands. */
  #leave() {
    const call = this.#call;
    const sent = this.#saving?.call === call ? this.#saving.facts : {};
    const saved = FIELDS.filter((name) => this.#draft[name] === sent[name]);
    const facts = without(this.#draft, saved);
    const who = this.#draft.name || this.#known.name || "the customer";
    this.#keepDraft({});
    byId("customer-sheet").hidePopover();
    if (Object.keys(facts).length) this.#keep(call, facts, `What you wrote about ${who}`);
  }

  async #keep(call, facts, what) {
    try {
      const wrong = await saveWhatCan(call, facts);
      const but = wrong.length ? `, but not: ${wrong.map(labelOf).join(", ")}` : "";
      toast(`${what} was saved${but}.`, wrong.length ? "warn" : "ok");
    } catch (error) {
      toast(`${what} could not be saved. ${whyNot(error)}`, "warn");
    }
  }

  #say(words) {
    setText(byId("customer-error"), words);
    show(byId("customer-error"), Boolean(words));
    if (!words) for (const name of FIELDS) field(name).removeAttribute("aria-invalid");
  }

  /** The first field that cannot be kept, by its name on the page, and why. */
  #refused(error) {
    if (!(error instanceof Refused)) return this.#say("This could not be saved.");
    const [wrong] = wrongIn(error);
    if (wrong) {
      setAttribute(field(wrong), "aria-invalid", "true");
      field(wrong).focus();
    }
    this.#say(whyNot(error));
  }

  /** Only what was written over is sent: a colleague may have written the rest meanwhile. */
  async #save() {
    const call = this.#call;
    if (call === null || this.#saving !== null) return;
    if (!this.#isDraft) return byId("customer-sheet").hidePopover();
    const facts = this.#draft;
    this.#saving = { call, facts };
    this.#forbid(SAVING);
    this.#say("");
    try {
      const { customer } = await saveCustomer(call, facts);
      if (call === this.#call) this.#saved(facts, customer ?? {});
    } catch (error) {
      if (call === this.#call) this.#refused(error);
      else toast(`What you wrote about the last customer was not saved. ${whyNot(error)}`, "warn");
    } finally {
      this.#saving = null;
      this.#forbid("");
    }
  }

  #forbid(why) {
    for (const name of ["save", "discard"]) forbid(byId(`customer-${name}`), why);
  }

  /** What was written meanwhile stays. */
  #saved(facts, customer) {
    Object.assign(this.#filled, facts);
    this.#write();
    this.#show(customer);
    if (!this.#isDraft) byId("customer-sheet").hidePopover();
  }
}
