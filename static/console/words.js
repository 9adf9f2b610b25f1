// The words and icons for states and refusals: every one stands here once.

export const STATES = {
  offline: { word: "Offline", icon: "power" },
  available: { word: "Available", icon: "check-circle" },
  offered: { word: "Offered", icon: "bell" },
  busy: { word: "Busy", icon: "phone" },
  wrap_up: { word: "After-call work", icon: "pencil" },
  on_break: { word: "On break", icon: "cup" },
  missed: { word: "Missed", icon: "phone-missed" },
};

export const ENDED_BY = {
  customer: "the caller",
  agent: "you",
  supervisor: "a supervisor",
  system: "the system",
  platform: "a lost line",
};

/** Why the system, not the agent, set a state. */
export const SYSTEM_REASONS = {
  device: {
    short: "device",
    long: "A call could not be answered here: microphone or sound failed. Check your devices, then go available.",
  },
  unreachable: {
    short: "unreachable",
    long: "Two calls in a row did not reach this console, so no more are offered. Check your connection, then go available.",
  },
  connection_lost: {
    short: "connection lost",
    long: "This console was not heard of for a while, so no calls are offered. Go available when you are ready.",
  },
};

/** A reason as people can choose it: what only the system gives is none. */
export const choosable = (reason) => (reason in SYSTEM_REASONS ? null : (reason ?? null));

/** Why the work after a call cannot be left yet. */
export const OUTCOME_FIRST = "An outcome is required: choose one first.";

const REFUSALS = {
  offer_gone: "That offer is gone: the caller hung up, or it went to somebody else.",
  call_gone: "That call is already over.",
  agent_busy: "A call holds you now. Choose another state when it is over.",
  outcome_required: OUTCOME_FIRST,
  phone_elsewhere: "Your phone is in another window. Use that one, or take over here.",
  rate_limited: "That was too much at once. Wait a second, then try again.",
  not_found: "That is not there any more.",
  not_connected: "There is no connection to the server now. Try again when it is back.",
  no_answer: "The server did not answer. Look whether it was done before you try again.",
};

export const NO_SDK =
  "This server has no phone software for the browser. Its operator runs “make sdk”.";

/** One sentence for a command that was refused. */
export const refusal = (error) =>
  REFUSALS[error.code] ?? error.message ?? "That did not work. Try again.";

export const OVER = {
  4401: "You have been logged out. Log in again to go on.",
  4403: "You are not an agent any more. A supervisor can change that.",
  4429: "This console is open in too many windows, so this one was closed. Close it, or reload it to use it.",
};

/** Why an offer went away before it was accepted, by what the SDK says. */
export const CANCELLED = {
  RemoteCancel: "The caller hung up before you answered.",
  RemoteTimeout: "The offer ran out: it was not answered in time.",
  AnsweredElsewhere: "The call was answered in another window of yours.",
  RejectedElsewhere: "The call was declined in another window of yours.",
};

/** "Longest idle in Sales" inside a sentence. */
export const lowerFirst = (text) => text.charAt(0).toLowerCase() + text.slice(1);

export const plural = (count, one, many) => `${count} ${count === 1 ? one : many}`;
