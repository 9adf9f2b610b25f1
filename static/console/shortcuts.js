// Keys that do what a button does: a prefix with a letter. A destructive one has to be held.

import { setAttribute } from "./dom.js";
import { actOf, letterOf, prefix, PREFIXES } from "./keys.js";

const HELD = 800; // milliseconds

let isOn = () => true;

/** `acts`: act → what it does; `held`: act → gives, when pressed, what it does once held. */
export function startShortcuts({ acts, held, isWanted }) {
  isOn = isWanted;
  let timer = null;
  const release = () => {
    clearTimeout(timer);
    timer = null;
  };
  addEventListener("keydown", (event) => {
    if (!isOn() || !isPrefixed(event)) return;
    const act = actOf(letterOn(event));
    if (!(act in acts) && !(act in held)) return;
    event.preventDefault();
    if (event.repeat || timer) return;
    if (act in acts) acts[act]();
    else timer = setTimeout(held[act](), HELD);
  });
  addEventListener("keyup", release);
  addEventListener("blur", release);
  nameKeys();
}

/** Every button that has a key says so, in its title and to screen readers. */
export function nameKeys() {
  for (const button of document.querySelectorAll("[data-shortcut]")) {
    const { shortcut, title = "" } = button.dataset;
    nameKey(button, shortcut, title || button.getAttribute("aria-label") || button.textContent);
  }
}

/** The title of one button, with its key where there is one. */
export function nameKey(button, act, words) {
  const letter = isOn() ? letterOf(act) : "";
  const held = act === "end" ? "hold " : "";
  const said = words.trim();
  setAttribute(button, "title", letter ? `${said} (${held}${prefix()}+${letter})` : said);
  setAttribute(button, "aria-keyshortcuts", letter ? `${PREFIXES[prefix()].aria}+${letter}` : null);
}

/** AltGr, which writes signs, looks like Ctrl and Alt together. */
function isPrefixed(event) {
  if (event.getModifierState("AltGraph")) return false;
  const { held } = PREFIXES[prefix()];
  const all = ["altKey", "shiftKey", "ctrlKey", "metaKey"];
  return all.every((key) => event[key] === held.includes(key) || isForSign(event, key));
}

/** "?" needs Shift on most keyboards, whatever the prefix is. */
const isForSign = (event, key) => key === "shiftKey" && letterOn(event) === "?";

/** The letter on the key; Alt may have made another sign of it, then its place counts. */
function letterOn({ key, code }) {
  if (key === "?" || code === "Slash") return "?";
  return /^[a-z]$/i.test(key) ? key.toUpperCase() : code.replace(/^Key/, "");
}
