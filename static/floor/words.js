// The words of the floor: every one stands here once.

export const CALL_STATES = {
  in_flow: "In the menu",
  queued: "Waiting",
  dialing: "Dialling",
  offered: "Ringing",
  connected: "Talking",
  held: "On hold",
  awaiting_callback: "Waits for a callback",
  voicemail: "Leaves a message",
  ended: "Ended",
};

export const OVER = {
  4401: "You have been logged out. Log in again to go on.",
  4403: "This floor is not open to you any more. Whoever runs the contact centre can change that.",
  4429: "The floor is open in too many windows, so this one was closed. Close it, or reload it to use it.",
};

const REVOKED = "This link is not valid any more. A supervisor can make a new one.";

/** The same for a wallboard that was opened by its link. */
export const LINK_OVER = { 4401: REVOKED, 4403: REVOKED, 4429: OVER[4429] };

/** Why the supervision could not begin here. */
export const NO_PHONE =
  "Your log-in has no phone, so you cannot listen. An operator can make you an agent.";
export const SLOW = "That takes longer than usual. The floor shows it when it is done.";
export const NOT_LIVE = "There is no connection to the server now.";

/** Whether this agent talks in a call, rather than is rung for one or listens to one. */
export const isTalking = ({ call, state, kind }) =>
  Boolean(call) && state === "busy" && kind !== "supervision";

/** Why this agent's call cannot be supervised so now: a sentence, or nothing. */
export const whyNot = (row, mode) =>
  row.can ? (row.can[mode] ?? "") : "This floor is only to be looked at.";
