// Why somebody is where they are, and who put them there, in words.

import * as clock from "./clock.js";
import { config } from "./config.js";
import { STATES, SYSTEM_REASONS } from "./words.js";

const labels = new Map(config.reasons.map(({ code, label }) => [code, label]));

/** "Lunch": as the server calls it now, or as the list had it when the page was opened. */
export const reasonLabel = (code, label) =>
  label ?? labels.get(code) ?? SYSTEM_REASONS[code]?.short ?? code ?? "";

/** "Lunch break" is "lunch break" inside a sentence; "CRM course" and "MS Teams" stay. */
export const inSentence = (label) => (/^.\P{Lu}*$/su.test(label) ? label.toLowerCase() : label);

export const reasonWord = (code, label) => inSentence(reasonLabel(code, label));

/** "Available", "Break: lunch", "Offline". */
export const stateWords = (state, reason, label) =>
  state === "on_break" && reason ? `Break: ${reasonWord(reason, label)}` : STATES[state].word;

/** Who else set the state the agent is in, and when; nothing if they did it themselves. */
export function setBy({ actor, reason, since }) {
  const isSystem = reason in SYSTEM_REASONS;
  if (!isSystem && (!actor || actor === config.user)) return "";
  return `Set by ${isSystem ? "the system" : actor} at ${clock.onDayOrAtSecond(since)}`;
}
