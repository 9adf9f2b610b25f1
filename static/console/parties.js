// Who is in the call: shown once there is somebody besides the customer and me.

import * as clock from "./clock.js";
import { byId, icon, make, redraw, setText, show } from "./dom.js";
import { consultOf, isLeftToUs, nameOf, others } from "./talk.js";

const STATES = {
  ringing: ["info", "bell", "Ringing"],
  in: ["ok", "phone", "In the call"],
  aside: ["warn", "pause", "Waits with music"],
  held: ["warn", "pause", "On hold"],
};
const PICTURES = { customer: "user", agent: "headset", number: "phone-out", supervisor: "eye" };

export class Parties {
  #store;
  #asking;

  constructor({ store, asking }) {
    this.#store = store;
    this.#asking = asking;
    store.addEventListener("change", () => this.#draw());
    byId("parties-rows").addEventListener("click", ({ target }) => this.#remove(target));
  }

  #draw() {
    const { call } = this.#store.agent ?? {};
    // The call bar names one other side already.
    const isPlain =
      call && (consultOf(call) || call.direction === "internal" || isLeftToUs(call));
    const isMore = call && others(call).length > (isPlain ? 1 : 0);
    const parties = isMore ? call.parties : [];
    const hadFocus = byId("parties-rows").contains(document.activeElement);
    show(byId("parties"), parties.length > 0);
    setText(byId("parties-count"), `${parties.length} people`);
    redraw(byId("parties-rows"), parties, () => parties.map(row));
    // A row may have gone with the button that was on it.
    if (hadFocus && !byId("parties-rows").contains(document.activeElement))
      (parties.length ? byId("parties-title") : byId("mute")).focus();
  }

  #remove(target) {
    const button = target.closest("[data-remove]");
    if (button) this.#asking.ask("remove", { leg: Number(button.dataset.remove) });
  }
}

function row(party) {
  const { leg, kind, me, state, since, removable } = party;
  const name = me ? "You" : nameOf(party);
  const [look, picture, word] = STATES[state] ?? STATES.in;
  const timer = make("span", { class: "timer", "data-since": since ?? "" }, clock.since(since));
  const facts = make(
    "span",
    { class: "muted small" },
    { customer: "customer ", supervisor: "coaches " }[kind] ?? "",
    timer,
  );
  const remove = make(
    "button",
    { class: "btn btn-sm", type: "button", "data-remove": leg, "aria-label": `Remove ${name}` },
    "Remove",
  );
  return make(
    "li",
    {},
    make("b", {}, icon(PICTURES[kind] ?? "user"), " ", name),
    make("span", { class: `badge badge-${look}` }, icon(picture), word),
    facts,
    make("span", { class: "acts" }, ...(removable ? [remove] : [])),
  );
}
