// Taking a call over cannot be taken back, so it is asked first.

import { ask } from "../console/ask_first.js";

/** Whether it is meant. */
export const isSureToTakeOver = (name) =>
  ask(
    `Take the call over from ${name}?`,
    `${name} leaves the call, and you talk to the caller alone.`,
    "Take over",
  );
