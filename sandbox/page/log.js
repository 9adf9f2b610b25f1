// The log: webhooks and requests, newest first.

import { arrange, byId, fill, icon, make } from "./dom.js";
import { described, draw, failed } from "./rows.js";

const KEPT = 200;
const EMPTY = {
  all: "Nothing went over the wire yet.",
  call: "Nothing of your call. Press Call, and its webhooks and requests appear here.",
  failed: "Nothing failed.",
};

const entries = { webhooks: [], requests: [] };
let held = [];
let paused = false;
let which = "webhooks";
let ids = new Set();
let names = new Map();

/** New rows, oldest first. */
export function addRows(kind, rows) {
  if (paused) {
    held.push([kind, rows]);
  } else {
    take(kind, rows);
  }
  show();
}

function take(kind, rows) {
  for (const row of rows) {
    const sent = JSON.stringify([row.url, row.body]);
    const again = kind === "webhooks" && entries[kind].some((entry) => entry.sent === sent);
    const text = sent + JSON.stringify(row.reply);
    const element = draw(row, described(kind, { ...row, again }, names));
    entries[kind].unshift({ row, sent, text, element });
  }
  entries[kind].length = Math.min(entries[kind].length, KEPT);
}

/** What belongs to the caller's call: ids of its legs and conversations; and legs' names. */
export function setCall(callIds, legNames) {
  const more = callIds.size !== ids.size;
  ids = callIds;
  names = legNames;
  if (more) {
    show();
  }
}

function isShown(entry) {
  const choice = byId("show").value;
  if (choice === "call") {
    return [...ids].some((id) => entry.text.includes(id));
  }
  return choice === "all" || failed(entry.row);
}

function show() {
  const visible = entries[which].filter(isShown);
  arrange(byId("rows"), visible.map((entry) => entry.element));
  byId("empty").hidden = visible.length > 0;
  byId("empty").textContent = EMPTY[byId("show").value];
  const waiting = held.reduce((sum, [, rows]) => sum + rows.length, 0);
  byId("held").hidden = !paused;
  byId("held").textContent = `Paused: ${waiting} new.`;
  const words = make("span", { class: "word" }, paused ? "Resume" : "Pause");
  fill(byId("pause"), icon(paused ? "play" : "pause"), words);
}

function pause() {
  paused = !paused;
  if (!paused) {
    held.forEach(([kind, rows]) => take(kind, rows));
    held = [];
  }
  show();
}

function choose(tab) {
  which = tab.dataset.log;
  for (const other of tab.parentElement.children) {
    other.setAttribute("aria-selected", String(other === tab));
    other.tabIndex = other === tab ? 0 : -1;
  }
  byId("log").setAttribute("aria-labelledby", tab.id);
  show();
}

export function startLog() {
  const tabs = [byId("tab-webhooks"), byId("tab-requests")];
  tabs.forEach((tab, place) => {
    tab.addEventListener("click", () => choose(tab));
    tab.addEventListener("keydown", (event) => {
      if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
        tabs[1 - place].focus();
        choose(tabs[1 - place]);
      }
    });
  });
  byId("show").addEventListener("change", show);
  byId("pause").addEventListener("click", pause);
  show();
}
