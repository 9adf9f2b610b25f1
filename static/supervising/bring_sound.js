// The sound of a call that goes on comes to this page: after a reload, or from another window.

import { pause } from "../console/ticker.js";

const TRIES = 3;
const AGAIN = 1000; // milliseconds

/**
 * Have the sound of this call, as the SDK names it, while it is wanted; `tried` hears of each
 * failure that is tried again. Null, or the last failure.
 */
export async function bringSound(phone, name, { isWanted, open = () => {}, tried = () => {} }) {
  for (let left = TRIES - 1; isWanted(); left -= 1) {
    try {
      await open();
      await phone.resume(name);
      return null;
    } catch (error) {
      if (!isWanted()) return null;
      if (!left) return error;
      tried(error);
      await pause(AGAIN);
    }
  }
  return null;
}
