// What rings at this browser's phone, until it is answered, taken back or over.

export class Invites {
  #here = new Set();

  /** To be made before those who ask it, so that it knows of an invite before them. */
  constructor(phone) {
    phone.addEventListener("invite", ({ detail }) => this.#here.add(detail.call));
    phone.addEventListener("cancel", ({ detail }) => this.#here.delete(detail.call));
    phone.addEventListener("hangup", ({ detail }) => this.#here.delete(detail.call));
    phone.addEventListener("fresh", () => this.clear());
  }

  /** The invite of this leg, {uuid, phone_call}; or null. */
  of({ uuid, phone_call: name }) {
    return [uuid, name].find((one) => this.#here.has(one)) ?? null;
  }

  /** The newest of those that do not belong to this leg; or null. */
  newest(but) {
    const others = [...this.#here].filter((one) => ![but?.uuid, but?.phone_call].includes(one));
    return others.at(-1) ?? null;
  }

  /** It is being answered, or turned down: nobody else takes it. */
  take(call) {
    this.#here.delete(call);
  }

  clear() {
    this.#here.clear();
  }
}
