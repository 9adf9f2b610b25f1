// The call bar while a colleague or a number is asked: both sides as two rows.

import * as clock from "./clock.js";
import { byId, fill, icon, make, redraw, setAttribute, setText, show } from "./dom.js";
import { consultOf, nameOf, otherSide } from "./talk.js";

const SETTLING = 700; // milliseconds
const TALKING = ["accent", "phone", "Talking with you"];
const STATES = {
  ringing: ["info", "bell", "Ringing"],
  talking: TALKING,
  aside: ["warn", "pause", "Waits with music"],
};

let settling = null;

export function drawConsult(section, call) {
  const consult = consultOf(call);
  const focused = document.activeElement; // asked now: what is hidden is active no more
  show(byId("consult"), Boolean(consult));
  show(byId("call-who"), !consult);
  swapControls(Boolean(consult));
  if (section.contains(focused) && !focused.checkVisibility()) byId("mute").focus();
  if (!consult) return;
  const name = nameOf(consult);
  setText(byId("consult-title"), `Asking ${name} about ${otherSide(call)}`);
  const isHeld = call.state === "held";
  const rows = [
    [isHeld ? "pause" : "phone", otherSide(call), isHeld ? ["warn", "pause", "On hold"] : TALKING],
    [consult.name ? "headset" : "phone-out", name, STATES[consult.state] ?? TALKING],
  ];
  const facts = [
    [call.queue, isHeld ? "waits" : "", isHeld ? call.held_at : null],
    ["", { ringing: "rings", aside: "waits" }[consult.state] ?? "consultation", consult.since],
  ];
  redraw(byId("consult-rows"), [rows, facts], () => rows.map((row, at) => party(row, facts[at])));
  const isRinging = consult.state === "ringing";
  fill(byId("cancel"), { cancel: isRinging ? "Cancel" : "Return" });
  setAttribute(byId("cancel"), "title", `Let ${name} go and return to the caller`);
  const isAside = consult.state === "aside";
  setAttribute(
    byId("swap"),
    "title",
    isAside ? `Hold the caller, talk to ${name}` : `Hold ${name}, talk to the caller`,
  );
  setAttribute(byId("merge"), "title", "All three talk");
  setAttribute(byId("complete"), "title", `${name} takes the caller, you leave`);
}

function party([picture, name, [kind, mark, word]], [queue, what, since]) {
  const timer = make("span", { class: "timer", "data-since": since ?? "" }, clock.since(since));
  const facts = [queue, what].filter(Boolean).join(" · ");
  return make(
    "li",
    { class: "party" },
    make("span", { class: kind === "warn" ? "warn" : "ok" }, icon(picture)),
    make("b", {}, name),
    make("span", { class: `badge badge-${kind}` }, icon(mark), word),
    make("span", { class: "muted" }, facts, " ", ...(since ? [timer] : [])),
  );
}

/** Other buttons come into their place: a click that was meant for the old ones does nothing. */
function swapControls(isConsulting) {
  const shown = byId("call-controls");
  if (byId("swap").hidden === !isConsulting) return;
  for (const name of ["hold", "transfer", "add"]) show(byId(name), !isConsulting);
  for (const name of ["cancel", "swap", "merge", "complete"]) show(byId(name), isConsulting);
  clearTimeout(settling);
  shown.style.pointerEvents = "none";
  settling = setTimeout(() => (shown.style.pointerEvents = ""), SETTLING);
}
