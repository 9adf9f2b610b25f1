// Figures that are near their target or over it: a colour, an icon, and words for who does not see them.

import * as clock from "../console/clock.js";
import { icon, make, setText } from "../console/dom.js";

const ICONS = { near: "clock", over: "alert", ok: "check" };
/** What the icon says of a figure that should stay below its target, and of a share that should reach it. */
const BELOW = { near: " close to target", over: " over target" };
export const REACHED = { near: " close to target", over: " under target" };
/** Seconds on hold that call for attention. */
export const HELD_LIMIT = 180;
const NEAR = 0.75; // of a limit

/** Write a figure; level is "", near, over or ok, and `words` what that means. */
export function mark(element, text, level = "", words = BELOW) {
  if (element.level === level && element.shows === text) return;
  element.shows = text;
  if (element.level !== level || !element.said) {
    element.level = level;
    element.className = level;
    element.said = make("span");
    element.replaceChildren(
      ...(level ? [icon(ICONS[level]), " "] : []),
      element.said,
      ...(words[level] ? [make("span", { class: "vh" }, words[level])] : []),
    );
  }
  setText(element.said, text);
}

const collator = new Intl.Collator("en-GB", { numeric: true });

/** The order of names: "Agent 9" before "Agent 10". */
export const byName = (a, b) => collator.compare(a.name, b.name);

/** "over" beyond the limit, "near" from three quarters of it. */
export function levelOf(value, limit) {
  if (value === null || limit === null || limit === undefined) return "";
  if (value > limit) return "over";
  return value > limit * NEAR ? "near" : "";
}

/** A share that should be at least its target; five points above it are near. */
export function shareLevel(share, target) {
  if (share === null || share === undefined) return "";
  if (share < target) return "over";
  return share < target + 5 && share < 100 ? "near" : "";
}

export const secondsSince = (iso) => (iso ? (clock.now() - Date.parse(iso)) / 1000 : null);

/** "4:12" since then, "–" if it never was. */
export const lasting = (iso) => (iso ? clock.since(iso) : "–");

export const percent = (share) =>
  share === null || share === undefined ? "–" : `${Math.round(share)} %`;

/** "3.2 %" of a whole; nothing of nothing. */
export const shareOf = (part, whole) => (whole ? `${((100 * part) / whole).toFixed(1)} %` : "");
