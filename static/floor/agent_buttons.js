// The buttons of an agent's row: to supervise who talks, else what is most likely to be wanted.

import { forbid, setAttribute, setText, show } from "../console/dom.js";
import { MODES } from "../supervising/modes.js";
import { isTalking, whyNot } from "./words.js";

/** What is most likely to be wanted of somebody in this state: [word, act, why not]. */
function mainOf({ state }) {
  if (state === "offered") return ["Not connected yet", "", "The call is still ringing."];
  if (state === "wrap_up") return ["End after-call work", "end_wrap_up", ""];
  if (state === "missed") return ["Set available", "available", ""];
  return ["Set state", "more", ""];
}

/** What has focus below `root`, or null. */
export const focusIn = (root) =>
  root.contains(document.activeElement) ? document.activeElement : null;

/** What had focus may be hidden now: the first of these buttons that is shown has it then. */
export function keepFocus(had, buttons) {
  if (had && !had.checkVisibility())
    buttons.find((one) => one.checkVisibility())?.focus();
}

/** Draw them; `supervision` is what this person hears, or null. */
export function drawButtons(tr, row, supervision) {
  const had = focusIn(tr);
  const hasCall = isTalking(row);
  const mine = supervision?.call === row.call ? supervision?.mode : null;
  for (const mode of Object.keys(MODES)) {
    show(tr.acts[mode], hasCall);
    if (hasCall) drawMode(tr.acts[mode], mode, row, mode === mine);
  }
  const [word, act, why] = hasCall ? ["", "", ""] : mainOf(row);
  const { main, more } = tr.acts;
  const opens = act === "more";
  show(main, Boolean(word));
  setText(main, word);
  main.does = act;
  forbid(main, why);
  setAttribute(main, "aria-label", word ? labelled(word, row, why) : null);
  setAttribute(main, "title", why || null);
  setAttribute(main, "aria-expanded", opens ? String(tr.classList.contains("sub")) : null);
  show(more, !opens);
  setAttribute(more, "aria-label", `More for ${row.name}`);
  keepFocus(had, [more, main]);
}

function drawMode(button, mode, row, isMine) {
  const { word, done } = MODES[mode];
  const why = isMine ? "" : whyNot(row, mode);
  const label = isMine ? `${done(row.name)}. Stop` : labelled(word, row, why);
  forbid(button, why);
  setAttribute(button, "aria-pressed", mode === "take_over" ? null : isMine);
  setAttribute(button, "aria-label", label);
  setAttribute(button, "title", why || word);
}

const labelled = (word, { name }, why) => `${word}, ${name}${why ? `. ${why}` : ""}`;
