// Legs, conversations, and who hears whom.

import { badge, byId, fill, icon, keep, make } from "./dom.js";
import { hangUp } from "./api.js";
import { isLive, list, short, shortName, who } from "./people.js";
import { played } from "./screen.js";

const STATES = { answered: ["ok", "phone"] };
const OTHER_STATE = ["info", "bell"];
const UNNAMED = "one call’s own";

export function showTables(picture, mine) {
  const legs = new Map(picture.legs.filter(isLive).map((leg) => [leg.uuid, leg]));
  const rows = (id, items, columns, none, draw) =>
    items.length
      ? keep(byId(id), items, (item) => item.uuid ?? item.id, draw)
      : keep(byId(id), [none], () => "none", () => emptyRow(columns, none));
  rows("legs", [...legs.values()], 8, "No legs: nobody is on the phone.", (leg) =>
    legRow(leg, legs, mine));
  rows("conversations", picture.conversations, 5, "No conversations: nobody is put through.", (room) =>
    roomRow(room, legs, mine));
  const count = picture.conversations.length;
  fill(byId("open"), count ? `${count} open` : "");
  showMatrix(picture.conversations.find((room) => room.legs.includes(mine)), legs, mine);
}

const emptyRow = (columns, words) =>
  make("tr", { class: "none" }, make("td", { colspan: columns, class: "muted" }, words));

function legRow(leg, legs, mine) {
  const { name, detail } = who(leg, mine);
  return make(
    "tr",
    { "data-leg": leg.uuid, "aria-current": leg.uuid === mine && "true" },
    make("th", { scope: "row", class: "mono nowrap", title: leg.uuid }, short(leg.uuid)),
    make("td", { class: "nowrap" }, name, make("span", { class: "sub2" }, detail)),
    make("td", {}, badge(...(STATES[leg.status] ?? OTHER_STATE), leg.status), recorded(leg)),
    ...(leg.room ? roomCells(leg, legs, mine) : [noCell(), noCell(), noCell()]),
    make("td", { class: "num" }, timer(leg.answered ?? leg.created)),
    make("td", {}, dropButton(leg)),
  );
}

const recorded = (leg) => (leg.recording ? [" ", badge("warn", "mic", "Recorded")] : []);

const noCell = () => make("td", { class: "muted" }, "–");

const timer = (since) => make("span", { class: "timer", "data-since": since });

const roomCells = (leg, legs, mine) => [
  make("td", { class: "mono nowrap", title: leg.room }, shortName(leg.room)),
  listCell(leg.can_hear, legs, mine),
  listCell(leg.can_speak, legs, mine),
];

function listCell(uuids, legs, mine) {
  if (uuids === null) {
    return make("td", { class: "muted" }, "everyone");
  }
  if (!uuids.length) {
    return make("td", {}, "nobody");
  }
  const known = uuids.filter((uuid) => legs.has(uuid));
  const names = list(known.map((uuid) => who(legs.get(uuid), mine).name));
  const ids = make("span", { class: "mono" }, uuids.map(short).join(", "));
  return make("td", { class: "nowrap" }, ids, make("span", { class: "sub2" }, names));
}

function dropButton(leg) {
  const label = `Drop leg ${short(leg.uuid)}`;
  const named = { "aria-label": label, title: label, "data-drop": leg.uuid };
  return make("button", { class: "btn btn-sm btn-icon", type: "button", ...named }, icon("phone-down"));
}

export function startTables() {
  byId("legs").addEventListener("click", (event) => {
    const button = event.target.closest("[data-drop]");
    if (button) {
      // Of a leg that ended by itself there is nothing to say.
      hangUp(button.dataset.drop).catch(() => {});
    }
  });
}

function roomRow(room, legs, mine) {
  const members = room.legs.map((uuid) => legs.get(uuid)).filter(Boolean);
  const music = members.map((leg) => played(leg.playing)).find(([kind]) => kind === "music");
  const ending = members.filter((leg) => leg.ends_room).map((leg) => who(leg, mine).name);
  return make(
    "tr",
    { "aria-selected": room.legs.includes(mine) ? "true" : null },
    make("th", { scope: "row", class: "mono nowrap" }, room.name ?? UNNAMED),
    make("td", {}, memberNames(members, mine)),
    make("td", { class: room.started ? null : "muted" }, room.started ? "yes" : "not yet"),
    make("td", { class: music ? null : "muted" }, music ? music[1] : "off"),
    make("td", {}, endsWhen(ending)),
  );
}

function endsWhen(names) {
  if (!names.length) {
    return "the last one leaves";
  }
  return `${names.join(" or ")} ${names.at(-1) === "You" ? "leave" : "leaves"}`;
}

function memberNames(members, mine) {
  const names = members.map((leg) => who(leg, mine).name);
  const robots = names.filter((name) => name === "Robot").length;
  const others = names.filter((name) => name !== "Robot");
  const counted = robots ? [`${robots} robot${robots > 1 ? "s" : ""}`] : [];
  return [...others, ...counted].join(", ");
}

function showMatrix(room, legs, mine) {
  fill(byId("room"), room ? ` in ${shortName(room.name ?? UNNAMED)}` : "");
  if (!room) {
    const words = "You are in no conversation. When you are put through, this shows who hears you.";
    fill(byId("matrix"), make("p", { class: "muted small" }, words));
    return;
  }
  const members = room.legs.filter((uuid) => legs.has(uuid)).map((uuid) => legs.get(uuid));
  const head = make("tr", {}, make("td", {}, "speaks ↓ \u00a0 hears →"));
  head.append(...members.map((leg) => make("th", { scope: "col" }, who(leg, mine).name)));
  const rows = members.map((by) => {
    const name = make("th", { scope: "row" }, who(by, mine).name, ...role(by));
    return make("tr", {}, name, ...members.map((to) => cell(by, to, room)));
  });
  const table = make("table", { class: "matrix" }, make("thead", {}, head), make("tbody", {}, ...rows));
  fill(byId("matrix"), table);
}

function cell(by, to, room) {
  if (by === to) {
    return make("td", { class: "self" }, "–");
  }
  if (room.hears[to.uuid].includes(by.uuid)) {
    return make("td", { class: "yes" }, icon("check"), " hears");
  }
  return make("td", { class: "no" }, "silent");
}

function role(leg) {
  if (leg.muted) {
    return [" ", badge("warn", "mic-off", "Muted")];
  }
  if (leg.can_speak === null) {
    return [];
  }
  const whispers = leg.can_speak.length > 0;
  return [" ", whispers ? badge("note", "whisper", "Whisper") : badge("info", "listen", "Listens")];
}
