// Short sentences: seen in a corner, or only heard by a screen reader.

import { byId, icon, make } from "./dom.js";

const STAYS = 10_000; // milliseconds
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
  for (const old of all.children) if (old.dataset.sentence === sentence) old.remove();
  box.dataset.sentence = sentence;
  close.addEventListener("click", () => box.remove());
  setTimeout(() => box.remove(), STAYS);
  all.append(box);
}

/** Tell a screen reader, politely. */
export function say(sentence) {
  byId("said").textContent = sentence;
}
