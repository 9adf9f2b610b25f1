// The words of the phone's screen: what the caller hears, whom, and who hears them.

import { isLive, list, who } from "./people.js";
import { shown } from "./numbers.js";

const view = (tone, icon, state, title, ...text) => ({ tone, icon, state, title, text });
const quote = (text) => `“${text}”`;
const plain = (text) => text.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ").trim();
const fileOf = (url) => decodeURIComponent(url.split(/[?#]/)[0].split("/").pop());
const hear = (names) => (names.length === 1 ? "hears" : "hear");

/** A label such as `talk:Hello` or `music:http://…/hold.mp3` as [kind, text or file]. */
export function played(label) {
  const kind = (label ?? "").split(":")[0];
  const rest = (label ?? "").slice(kind.length + 1);
  return [kind, kind === "talk" ? plain(rest) : fileOf(rest)];
}

/**
 * What the screen shows of `call`, whose leg and conversation are those of the last picture;
 * `hungUp` has the times at which legs were hung up by their own far ends.
 */
export function screen(call, picture, hungUp) {
  const number = shown(call.to);
  switch (call.phase) {
    case "idle":
      return view("", "phone", "Ready", "No call", "Choose who you are and whom you call.");
    case "dialling":
      return view("info", "phone-out", "Dialling", number, call.asking);
    case "ringing":
      return view("info", "bell", "Ringing", number, "Waiting until it is answered.");
    case "ended":
      return view(call.failure ? "danger" : "", "phone-down", "Ended", call.ending(hungUp), call.lasted);
    default:
      return answered(call, picture);
  }
}

function answered(call, picture) {
  const leg = picture.legs.find((one) => one.uuid === call.uuid);
  const room = picture.conversations.find((one) => one.id === leg.conversation);
  const [kind, words] = played(leg.playing);
  const heard = room ? room.hears[call.uuid] : [];
  const hearing = room ? room.legs.filter((uuid) => room.hears[uuid].includes(call.uuid)) : [];
  if (heard.length || hearing.length) {
    return talking(call, picture, room, { heard, hearing, told: kind === "talk" ? words : "" });
  }
  if (leg.recording) {
    const words = "Everything you say is recorded. Nobody hears you.";
    return view("warn", "mic", "Recording", "Speak now", words);
  }
  if (kind === "talk") {
    const state = room ? ["speaker", "Announcement"] : ["keypad", "In the menu"];
    return view("accent", ...state, quote(words), "You hear a voice. Nobody hears you.");
  }
  if (kind === "music") {
    return view("warn", "clock", "Waiting", "Music", `You hear ${words}. Nobody hears you.`);
  }
  if (kind === "stream") {
    return view("accent", "speaker", "Listening", "A recording", `You hear ${words}.`);
  }
  const last = leg.said ? `Said last: ${quote(plain(leg.said))}` : "";
  return room
    ? view("warn", "clock", "Waiting", "Silence", "Nobody hears you.", last)
    : view("accent", "keypad", "In the menu", "Silence", "If you were asked to, press a key.", last);
}

function talking(call, picture, room, { heard, hearing, told }) {
  const named = new Map(picture.legs.filter(isLive).map((leg) => [leg.uuid, who(leg, call.uuid).name]));
  const names = (uuids) => uuids.map((uuid) => named.get(uuid) ?? "somebody");
  const speakers = names(heard);
  const listeners = names(hearing);
  const text = [speakers.length ? `You hear ${list(speakers)}.` : "You hear nobody."];
  if (call.muted) {
    text.push("You are muted: nobody hears you.");
  } else {
    text.push(listeners.length ? `${list(listeners)} ${hear(listeners)} you.` : "Nobody hears you.");
  }
  for (const uuid of room.legs.filter((one) => one !== call.uuid && !heard.includes(one))) {
    const others = room.legs.filter((one) => room.hears[one].includes(uuid));
    if (others.length) {
      text.push(`${names([uuid])} speaks to ${list(names(others))} only.`);
    }
  }
  if (told) {
    text.push(`A voice says: ${quote(told)}`);
  }
  const title = list(speakers.length ? speakers : listeners);
  return view("accent", "phone", "In conversation", title, ...text);
}
