// Short sentences: seen in a corner, or only heard by a screen reader.

import { byId, icon, make } from "./dom.js";

const STAYS = 10_000; // milliseconds
let cameFrom = null; // what had the focus before it went to a message
const ICONS = { info: "info", ok: "check-circle", warn: "alert", danger: "x-circle" };

/** Show a sentence for a while; kind is info, ok, warn or danger. */
export function toast(sentence, kind = "info") {
  const close = make(
    "button",
    { class: "btn btn-sm btn-quiet btn-icon", type: "button", "aria-label": "Close this message" },
    icon("x"),
  );
  const box = make(
    "div",
    { class: `notice notice-${kind}` },
    icon(ICONS[kind]),
    make("div", { class: "grow" }, sentence),
    close,
  );
  const all = byId("toasts");
  for (const old of all.children) if (old.dataset.sentence === sentence) remove(old);
  box.dataset.sentence = sentence;
  box.addEventListener("focusin", ({ relatedTarget }) => {
    if (relatedTarget && !all.contains(relatedTarget)) cameFrom = relatedTarget;
  });
  close.addEventListener("click", () => remove(box));
  goLater(box);
  all.append(box);
}

/** Not while somebody reads it: the pointer or the focus is there. */
function goLater(box) {
  setTimeout(() => (box.matches(":hover, :focus-within") ? goLater(box) : remove(box)), STAYS);
}

/** Focus that would fall into nothing goes to the next message, or to where it came from. */
function remove(box) {
  const hadFocus = box.contains(document.activeElement);
  const next = box.nextElementSibling ?? box.previousElementSibling;
  box.remove();
  if (!hadFocus) return;
  const before = cameFrom?.isConnected && cameFrom.checkVisibility() ? cameFrom : byId("main");
  (next?.querySelector("button") ?? before).focus();
}

/** Tell a screen reader, politely. */
export function say(sentence) {
  byId("said").textContent = sentence;
}
