// Which letter does what, as this browser keeps it: each can be changed or switched off.

import { browserStorage } from "./storage.js";

const KEPT = "shortcut-keys"; // in browserStorage: {act: letter, "" for none}, only what differs
const PREFIX = "shortcut-prefix";

export const PREFIXES = {
  "Alt+Shift": { words: "Alt and Shift", aria: "Alt+Shift", held: ["altKey", "shiftKey"] },
  "Ctrl+Alt": { words: "Ctrl and Alt", aria: "Control+Alt", held: ["ctrlKey", "altKey"] },
};

/** What can be done by a key: its letter at first, and what the list says. */
export const ACTS = {
  accept: { letter: "A", words: "Accept the offer" },
  decline: { letter: "D", words: "Decline the offer" },
  mute: { letter: "M", words: "Mute and unmute" },
  hold: { letter: "H", words: "Hold and resume" },
  keypad: { letter: "K", words: "Keypad" },
  transfer: { letter: "T", words: "Transfer or consult" },
  add: { letter: "G", words: "Add somebody" },
  end: { letter: "E", words: "End or leave; Done" },
  call: { letter: "C", words: "Make a call" },
  state: { letter: "S", words: "My state" },
  next: { letter: "F", words: "What follows the call" },
  notes: { letter: "N", words: "Notes" },
  todo: { letter: "L", words: "Things to do" },
  help: { letter: "?", words: "This list" },
};

const read = () => {
  try {
    return JSON.parse(browserStorage.getItem(KEPT)) ?? {};
  } catch {
    return {}; // not ours
  }
};

let changed = read();

export const letterOf = (act) => changed[act] ?? ACTS[act].letter;

export const prefix = () => {
  const kept = browserStorage.getItem(PREFIX);
  return kept in PREFIXES ? kept : "Alt+Shift";
};

export const setPrefix = (name) => browserStorage.setItem(PREFIX, name);

/** The act of this letter, if there is one. */
export const actOf = (letter) => Object.keys(ACTS).find((act) => letterOf(act) === letter);

/** Give an act a letter, or none (""). Why not, in one sentence; nothing if it was done. */
export function setLetter(act, wanted) {
  const letter = wanted.trim().toUpperCase();
  if (letter && !/^[A-Z?]$/.test(letter)) return `“${letter}” is no letter from A to Z.`;
  const rival = letter && actOf(letter);
  if (rival && rival !== act)
    return `${letter} is taken: “${ACTS[rival].words}”. Change that one first.`;
  changed = { ...changed, [act]: letter };
  if (letter === ACTS[act].letter) delete changed[act];
  browserStorage.setItem(KEPT, JSON.stringify(changed));
  return "";
}

export function forgetKeys() {
  changed = {};
  browserStorage.removeItem(KEPT);
  browserStorage.removeItem(PREFIX);
}
