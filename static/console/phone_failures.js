// What goes wrong with the phone here, in words for the agent and in one for the server.

import { within } from "./ticker.js";

export const MEDIA_WITHIN = 10_000; // milliseconds; the SDK itself would wait for ever

/** Something failed here. `cause` is one word for the server, the message a sentence. */
export class PhoneFailed extends Error {
  constructor(cause, message) {
    super(message);
    this.cause = cause;
  }
}

export const noMedia = () =>
  new PhoneFailed(
    "media",
    "No sound came about between this browser and Vonage. Check the network, then go available.",
  );

export const noAnswer = () => new PhoneFailed("no_answer", "Vonage did not answer. Try again.");

export const noSession = () =>
  new PhoneFailed(
    "no_session",
    "Your phone line is not open. Wait until it is, then try again.",
  );

/** What this comes to, or PhoneFailed: no sound came about in time. */
export async function inTime(promise) {
  try {
    return await within(MEDIA_WITHIN, promise, noMedia);
  } catch {
    throw noMedia();
  }
}
