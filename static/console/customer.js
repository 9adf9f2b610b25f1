// Who the customer is: shown beside the call, and kept as the agent writes it.

import { saveCustomer } from "./api.js";
import { byId, forbid, make, redraw, setAttribute, setText, show } from "./dom.js";
import { Refused } from "./rest.js";
import { toast } from "./toasts.js";

const FIELDS = ["name", "company", "email", "note"];
const field = (name) => byId(`customer-${name}`);

export class Customer {
  #call = null;
  #known = {};
  #draft = null; // {call, facts}: what was written and is not kept yet
  #saving = null; // the call whose customer is being saved

  constructor() {
    byId("customer-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save();
    });
    byId("customer-sheet").addEventListener("toggle", (event) => {
      if (event.newState === "open") this.#fill();
    });
    byId("customer-form").addEventListener("input", () => this.#write());
  }

  /** `card` is what is known of the call; without one, nobody is. */
  draw(card) {
    if (card?.id !== this.#call) this.#leave();
    this.#call = card?.id ?? null;
    this.#show(card?.customer ?? {});
    show(byId("customer-edit"), Boolean(card));
    const pop = byId("customer-pop");
    show(pop, Boolean(card?.pop));
    if (card?.pop) setAttribute(pop, "href", card.pop);
  }

  #show(customer) {
    this.#known = customer;
    const { name, company, email, note } = customer;
    setText(byId("customer-who"), [name, company].filter(Boolean).join(", "));
    show(byId("customer-who"), Boolean(name || company));
    setText(byId("customer-mail"), email ?? "");
    show(byId("customer-mail"), Boolean(email));
    redraw(byId("customer-told"), note ?? "", () => (note ? [make("p", {}, note)] : []));
    show(byId("customer-told"), Boolean(note));
  }

  /** The work on that call is over: what was written is kept as it stands. */
  #leave() {
    const draft = this.#draft;
    this.#draft = null;
    byId("customer-sheet").hidePopover();
    if (draft && this.#saving !== draft.call) this.#keep(draft);
  }

  async #keep({ call, facts }) {
    try {
      await saveCustomer(call, facts);
    } catch (error) {
      const who = facts.name || "the customer";
      toast(`What you wrote about ${who} could not be saved. ${error.message}`, "warn");
    }
  }

  /** Closed and opened again, the form is as it was left. */
  #fill() {
    const facts = this.#draft?.facts ?? this.#known;
    for (const name of FIELDS) field(name).value = facts[name] ?? "";
    this.#say("");
  }

  #write() {
    if (this.#call !== null) this.#draft = { call: this.#call, facts: this.#written };
  }

  get #written() {
    return Object.fromEntries(FIELDS.map((name) => [name, field(name).value.trim()]));
  }

  #say(words) {
    setText(byId("customer-error"), words);
    show(byId("customer-error"), Boolean(words));
    if (!words) for (const name of FIELDS) field(name).removeAttribute("aria-invalid");
  }

  /** The first field that cannot be kept, by its name on the page, and why. */
  #refused(error) {
    if (!(error instanceof Refused)) return this.#say("This could not be saved.");
    const wrong = FIELDS.find((name) => error.fields[name]);
    if (!wrong) return this.#say(error.message);
    setAttribute(field(wrong), "aria-invalid", "true");
    field(wrong).focus();
    this.#say(`${field(wrong).labels[0].textContent}: ${error.fields[wrong][0]}`);
  }

  /** What was written stays in its field until it is kept. */
  async #save() {
    const call = this.#call;
    if (call === null || this.#saving !== null) return;
    const facts = this.#written;
    this.#saving = call;
    forbid(byId("customer-save"), "It is being saved.");
    this.#say("");
    try {
      const { customer } = await saveCustomer(call, facts);
      if (call === this.#call) this.#saved(facts, customer ?? {});
    } catch (error) {
      if (call === this.#call) this.#refused(error);
      else toast(`What you wrote about the last customer was not saved. ${error.message}`, "warn");
    } finally {
      this.#saving = null;
      forbid(byId("customer-save"), "");
    }
  }

  /** What was written meanwhile stays. */
  #saved(facts, customer) {
    this.#show(customer);
    if (JSON.stringify(this.#written) !== JSON.stringify(facts)) return;
    this.#draft = null;
    byId("customer-sheet").hidePopover();
  }
}
