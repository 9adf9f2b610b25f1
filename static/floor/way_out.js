// Leaving the page while the sound of a call is here: asked first.

import { ask } from "../console/ask_first.js";
import { byId } from "../console/dom.js";

/** `sound.isHere` says whether a call would fall silent. */
export function startWayOut(sound) {
  let isSure = false;
  addEventListener("beforeunload", (event) => {
    if (sound.isHere && !isSure) event.preventDefault();
  });
  byId("log-out").addEventListener("submit", async (event) => {
    if (!sound.isHere || isSure) return;
    event.preventDefault();
    const text = "The sound of your call is in this page and would be gone.";
    isSure = await ask("Log out during the call?", text, "Log out");
    if (isSure) event.target.submit();
  });
}
