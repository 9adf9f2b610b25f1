// The phone is open where the lease is, and nowhere else; what it says goes into the store.

import { toast } from "./toasts.js";

export class PhoneLink {
  #store;
  #phone;
  #wasHere = false;

  constructor({ store, phone, session, socket }) {
    this.#store = store;
    this.#phone = phone;
    session.addEventListener("line", ({ detail }) => store.change({ line: detail }));
    // Whoever is shown out keeps the call that goes on, and gets no other.
    socket.addEventListener(
      "lost",
      () => store.connection.over && !store.agent?.call && phone.close(),
    );
    store.addEventListener("change", () => this.#follow());
  }

  #follow() {
    const { here, taken } = this.#store.phone;
    if (here === this.#wasHere) return;
    this.#wasHere = here;
    if (here) {
      this.#phone.open();
      return;
    }
    if (taken) toast("Your phone went to another window of yours. This one only looks on.", "info");
    this.#phone.close();
    this.#store.change({
      line: { state: "connecting", trouble: "" },
      sound: { media: "none", muted: false, speaking: false, trouble: "" },
    });
  }
}
