// Where the sound of a call is that was supervised first: in the tab that answered it, be it a
// console or a floor, and nowhere else. The sound of every other call is where the phone is.

import { tabStorage } from "../console/storage.js";

const KEPT = "supervising"; // in tabStorage: that call, as the SDK names it

/** As the SDK names the call; null as long as it is not known. */
export const soundOf = ({ phone_call: name, uuid }) => name ?? uuid ?? null;

export const keepSound = (name) => tabStorage.setItem(KEPT, name);

export function forgetSound(name) {
  if (isKept(name)) tabStorage.removeItem(KEPT);
}

/** Whether this tab heard this call last; another one may hear it now. */
export const isKept = (name) => Boolean(name) && tabStorage.getItem(KEPT) === name;

/** Whether the sound of the call at hand belongs into this tab. */
export function isSoundOurs({ call, supervision }) {
  const one = call ?? supervision;
  if (!one || (call && !call.taken_over)) return true;
  return soundOf(one) === null || isKept(soundOf(one));
}
