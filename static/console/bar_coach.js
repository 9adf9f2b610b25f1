// The call bar of whoever listens to a colleague's call, whispers to them, or joins it.

import { heardBy, MODES } from "../supervising/modes.js";
import { stageOf } from "../supervising/stage.js";
import { drawMute } from "./bar_call.js";
import * as clock from "./clock.js";
import { byId, fill, forbid, setAttribute, setIcon, show } from "./dom.js";
import { phoneNumber } from "./numbers.js";
import { isPending } from "./talk.js";

export function drawCoach(section, store) {
  const { supervision } = store.agent;
  if (!supervision) return;
  const { name, mode, state, number, since } = supervision;
  const isRinging = state === "ringing";
  setAttribute(section, "data-tone", store.isLive ? "coach" : "lost");
  setIcon(section, store.isLive ? mode : "signal-off");
  fill(section, {
    title: name,
    doing: doing(store),
    number: number ? phoneNumber(number) : "",
    heard: isRinging ? "" : heardBy(supervision, store.sound.muted),
    why: whyNot(store, isRinging),
  });
  if (store.isLive) fill(section, { timer: isRinging ? "" : clock.since(since) });
  show(byId("coach-muted"), store.sound.muted);
  drawButtons(section, store, isRinging);
}

function doing(store) {
  if (!store.isLive) return "Last known";
  const { doing: word } = MODES[store.supervision.mode];
  const elsewhere = `${word}, in another window`;
  return { connecting: "Connecting", ending: "Leaving", elsewhere }[stage(store)] ?? word;
}

function stage(store) {
  const { media } = store.sound;
  return stageOf({
    isRinging: store.supervision.state === "ringing",
    media,
    isHere: ["live", "reconnecting"].includes(media),
    isOurs: !store.isSoundAway,
    isLeft: isPending(store, "leave"),
  });
}

function whyNot(store, isRinging) {
  if (!store.isLive) return "There is no connection to the server now.";
  if (isRinging) return "You are being connected.";
  return isPending(store, "supervise") || isPending(store, "leave")
    ? "One moment: it is being done."
    : "";
}

function drawButtons(section, store, isRinging) {
  const why = whyNot(store, isRinging);
  for (const button of section.querySelectorAll("[data-supervise]")) {
    const { supervise } = button.dataset;
    if (supervise !== "take_over")
      setAttribute(button, "aria-pressed", store.agent.supervision.mode === supervise);
    forbid(button, why);
  }
  const isSilent = ["none", "connecting", "lost"].includes(store.sound.media);
  drawMute(byId("coach-mute"), store.sound, why || (isSilent && "There is no sound here."));
}
