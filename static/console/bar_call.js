// The call bar of a call that goes on, live or being dialled.

import { MODES } from "../supervising/modes.js";
import { drawConsult } from "./bar_consult.js";
import * as clock from "./clock.js";
import {
  byId,
  fill,
  forbid,
  icon,
  make,
  redraw,
  setAttribute,
  setIcon,
  setText,
  show,
} from "./dom.js";
import { phoneNumber } from "./numbers.js";
import { nameKey } from "./shortcuts.js";
import {
  askedBy,
  canLeave,
  consultOf,
  isAside,
  isLeftToUs,
  isPending,
  nameOf,
  others,
  otherSide,
} from "./talk.js";

const AWAY = "Sound in another window";
const SILENT = {
  connecting: "Sound is coming back",
  reconnecting: "Sound interrupted",
  lost: "No sound here",
};
const PENDING = {
  hold: "Putting on hold…",
  resume: "Getting them back…",
  transfer: "Transferring…",
  consult: "Putting on hold…",
  complete: "Handing over…",
};

export function drawCall(section, store) {
  const { call } = store.agent;
  if (!call) return;
  const { sound, isLive } = store;
  const isHeld = call.state === "held" && !consultOf(call) && !askedBy(call);
  setAttribute(section, "data-tone", isLive ? (isHeld ? "hold" : "talk") : "lost");
  setIcon(byId("call-who"), isLive ? pictureOf(call, isHeld) : "signal-off");
  fill(section, {
    from: otherSide(call),
    doing: doing(call, store),
    sound: store.isSoundAway ? AWAY : (SILENT[sound.media] ?? ""),
    ...facts(call),
  });
  if (isLive) fill(section, { talked: clock.since(isHeld ? call.held_at : call.answered_at) });
  drawFlags(call, store, isHeld);
  drawConsult(section, call);
  drawControls(call, store);
}

const pictureOf = ({ state }, isHeld) =>
  isHeld ? "pause" : state === "dialing" ? "phone-out" : "phone";

function facts(call) {
  const isOut = call.direction === "outbound";
  const isCallback = call.kind === "callback";
  const all = call.direction === "internal" || isLeftToUs(call) ? [] : others(call);
  const company = all.filter(({ state }) => state !== "ringing").map(nameOf);
  return {
    queue: call.queue ?? (isOut ? "Your call" : call.direction === "internal" ? "Colleague" : ""),
    callback: isCallback ? "they asked to be called" : "",
    with: company.join(" and "),
    to:
      call.to && !isCallback && !isOut && call.direction !== "internal" ? phoneNumber(call.to) : "",
    shown: isOut && call.from ? phoneNumber(call.from) : "",
    waited:
      call.enqueued_at && call.answered_at ? clock.between(call.enqueued_at, call.answered_at) : "",
  };
}

function doing(call, store) {
  if (!store.isLive) return "Last known";
  if (store.ending === call.id) return canLeave(call) ? "Leaving" : "Ending";
  const pending = Object.keys(PENDING).find((kind) => isPending(store, kind));
  if (pending) return PENDING[pending];
  if (call.state === "dialing") return "Calling, it rings";
  if (isAside(call)) return `${askedBy(call)} talks to the caller`;
  if (askedBy(call)) return `Talking with ${askedBy(call)}`;
  if (call.state === "held") return "On hold";
  if (call.answered_at) return "Talking";
  const isOut = call.kind === "callback" || call.direction === "outbound";
  return isOut ? "Not reached" : "Connecting";
}

function drawFlags({ machine, supervisors = [] }, { sound, isSoundAway }, isHeld) {
  show(byId("flag-muted"), sound.muted);
  show(byId("flag-sound"), isSoundAway || sound.media in SILENT);
  show(byId("flag-held"), isHeld);
  show(byId("flag-machine"), Boolean(machine));
  redraw(byId("flag-supervisors"), supervisors, () =>
    supervisors.map(({ name, mode }) =>
      make(
        "span",
        { class: "badge badge-note" },
        icon(mode),
        `${name} ${MODES[mode].does}`,
      ),
    ),
  );
}

function drawControls(call, store) {
  const { sound, isLive } = store;
  const isEnding = store.ending === call.id;
  const isSilent = ["none", "connecting", "lost"].includes(sound.media);
  drawMute(byId("mute"), sound, isSilent || isEnding);
  forbid(byId("keypad"), isSilent || isEnding);
  drawHold(call, store);
  const why = whyNot(call, store);
  for (const name of ["transfer", "add"]) forbid(byId(name), why);
  setText(byId("transfer-why"), why);
  const end = byId("end");
  setText(end.querySelector("[data-slot]"), canLeave(call) ? "Leave" : "End");
  nameKey(end, "end", canLeave(call) ? "Leave the call" : "End the call");
  forbid(end, isEnding || (!isLive && isSilent));
  forbidConsult(call, store, why);
}

/** A mute button, of whichever bar. */
export function drawMute(button, { muted }, isForbidden) {
  setAttribute(button, "aria-pressed", muted);
  fill(button, { mute: muted ? "Unmute" : "Mute" });
  nameKey(button, "mute", muted ? "Unmute" : "Mute");
  setIcon(button, muted ? "mic-off" : "mic");
  forbid(button, isForbidden);
}

function drawHold(call, store) {
  const hold = byId("hold");
  // What was clicked is shown at once; the server has the last word.
  const isHeld = (call.state === "held" || isPending(store, "hold")) && !isPending(store, "resume");
  setAttribute(hold, "aria-pressed", isHeld);
  fill(hold, { hold: isHeld ? "Resume" : "Hold" });
  setIcon(hold, isHeld ? "play" : "pause");
  nameKey(hold, "hold", isHeld ? "Resume" : "Hold");
  const isMoving = isPending(store, "hold") || isPending(store, "resume");
  const why = isMoving ? "One moment: it is being done." : whyNot(call, store);
  forbid(hold, why);
  setText(byId("hold-why"), why);
}

/** Why the call cannot be held, handed on or joined now: one sentence, or nothing. */
function whyNot(call, store) {
  if (!store.isLive) return "There is no connection to the server now.";
  if (store.ending === call.id) return "The call is being ended.";
  if (!call.answered_at || call.state === "dialing") return "Nobody has answered yet.";
  if (isLeftToUs(call)) return "The caller has hung up.";
  const by = askedBy(call);
  if (by) return `The caller is ${by}’s until ${by} hands them to you.`;
  return isPending(store, "transfer") ? "The caller is being transferred." : "";
}

function forbidConsult(call, store, why) {
  const consult = consultOf(call);
  if (!consult) return;
  const isMoving = ["swap", "merge", "complete", "cancel"].some((kind) => isPending(store, kind));
  const cannot = why || (isMoving ? "One moment: it is being done." : "");
  const isRinging = consult.state === "ringing";
  const waits = cannot || (isRinging ? `${nameOf(consult)} has not answered yet.` : "");
  for (const name of ["swap", "merge", "complete"]) forbid(byId(name), waits);
  setText(byId("consult-why"), waits);
  forbid(byId("cancel"), cannot);
  setText(byId("cancel-why"), cannot);
}
