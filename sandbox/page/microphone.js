// The microphone, or silence where there is none: a call works either way.

const REASONS = {
  NotAllowedError:
    "The microphone is blocked, so nobody hears you. Allow it beside the address, then try again.",
  NotFoundError: "No microphone was found, so nobody hears you. Plug one in, then try again.",
  NotReadableError:
    "The microphone is in use by another program, so nobody hears you. Close that, then try again.",
};
const OTHER = "The microphone does not work, so nobody hears you. Check it, then try again.";
export const UNPLUGGED =
  "The microphone is gone, so nobody hears you. Plug it in again, then try again.";

/** `{track}`, or `{reason}`: a sentence that says why there is none and what to do. */
export async function openMicrophone() {
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    return { track: stream.getAudioTracks()[0] };
  } catch (error) {
    return { reason: REASONS[error.name] ?? OTHER };
  }
}

let context = null;

/** A track that is silent for ever. */
export function silentTrack() {
  context ??= new AudioContext();
  return context.createMediaStreamDestination().stream.getAudioTracks()[0];
}
