// The ways to be in somebody's call, in words, for the floor and the console.

export const MODES = {
  listen: {
    word: "Listen",
    icon: "listen",
    doing: "Listening",
    toWhom: (name) => `Listening to ${name}`,
    does: "listens",
    done: (name) => `You listen to ${name}`,
    heard: (name) => `Neither ${name} nor the caller hears you.`,
    said: (name) => `You listen to ${name}. Nobody hears you.`,
  },
  whisper: {
    word: "Whisper",
    icon: "whisper",
    doing: "Whispering",
    toWhom: (name) => `Whispering to ${name}`,
    does: "speaks to you alone",
    done: (name) => `You whisper to ${name}`,
    heard: (name) => `${name} hears you, the caller does not.`,
    said: (name) => `${name} hears you. The caller does not.`,
  },
  barge: {
    word: "Barge in",
    icon: "barge",
    doing: "In the call",
    toWhom: (name) => `In the call of ${name}`,
    does: "is in the call",
    done: (name) => `You are in the call of ${name}`,
    heard: () => "Everybody hears you.",
    said: () => "You are in the call. Everybody hears you.",
  },
  take_over: {
    word: "Take over",
    icon: "takeover",
    toWhom: (name) => `Taking over from ${name}`,
    done: (name) => `You took over from ${name}`,
  },
};

const MUTED = "You are muted, so nobody hears you.";

const isSilent = (mode, muted) => muted && mode !== "listen";

/** Who hears the one who supervises. */
export const heardBy = ({ mode, name }, muted) =>
  isSilent(mode, muted) ? MUTED : MODES[mode].heard(name);

/** The same, said aloud when it begins. */
export const saidOf = ({ mode, name }, muted) =>
  isSilent(mode, muted) ? `${MODES[mode].doing}. ${MUTED}` : MODES[mode].said(name);

/** Who does not hear somebody who speaks while muted; "" where nobody would anyway. */
export function unheard({ call, supervision }) {
  if (call || !supervision) return "The caller does not hear you.";
  const { mode, name } = supervision;
  return { listen: "", whisper: `${name} does not hear you.` }[mode] ?? "Nobody hears you.";
}
