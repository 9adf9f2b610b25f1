// Robot callers: calls by the control API, as many a minute as is asked for.

import { byId, fill, icon } from "./dom.js";
import { hangUp, send } from "./api.js";
import { isLive } from "./people.js";
import { shown, wire } from "./numbers.js";

const MOST_AT_ONCE = 3;
const WORDS = "Hello. I am a robot caller. I will go on talking until one of us hangs up.";

let due = null;
let running = [];
let stops = 0;

const among = (low, high) => low + Math.random() * (high - low);
// Ofcom keeps 07700 900000 to 900999 for fiction.
const someNumber = () => `447700900${String(Math.floor(among(0, 1000))).padStart(3, "0")}`;

function order() {
  const [low, high] = byId("patience").value.split("-").map(Number);
  const keys = byId("keys").value.split(" ").filter(Boolean);
  const key = keys[Math.floor(among(0, keys.length))];
  return {
    from: someNumber(),
    to: wire(byId("called").value),
    audio: { text: WORDS },
    patience: Math.round(among(low, high)),
    script: key ? [{ after_ms: Math.round(among(2000, 4000)), dtmf: key }] : [],
  };
}

async function call() {
  const refused = byId("robots-refused");
  const before = stops;
  try {
    const { uuid } = await send("POST", "/sandbox/calls", order());
    refused.hidden = true;
    if (stops > before) {
      await hangUp(uuid);
    }
  } catch (error) {
    due = null;
    refused.textContent = error.fields?.to ? "“I call” is not one of our numbers." : error.message;
    refused.hidden = false;
    show();
  }
}

/** Place the calls that are due; called often, also in a tab that is not seen. */
export function runRobots() {
  const now = Date.now();
  const every = 60_000 / Math.min(60, Math.max(1, byId("rate").valueAsNumber || 1));
  for (let placed = 0; due !== null && due <= now && placed < MOST_AT_ONCE; placed += 1) {
    due += every;
    call();
  }
  if (due !== null && due <= now) {
    due = now + every;
  }
}

function stopAll() {
  due = null;
  stops += 1;
  for (const leg of running) {
    // One that has ended in the meantime is what was wanted.
    hangUp(leg.uuid).catch(() => {});
  }
}

function show() {
  const count = running.length;
  byId("running").className = count ? "badge badge-ok" : "badge";
  fill(byId("running"), icon("robot"), `${count} running`);
  const [name, words] = due === null ? ["play", "Start"] : ["pause", "Stop all"];
  fill(byId("robots-toggle"), icon(name), words);
  const called = shown(wire(byId("called").value)) || "nobody: choose a number above";
  fill(byId("robots-call"), `They call ${called}.`);
}

export function showRobots(picture) {
  running = picture.legs.filter(
    (leg) => isLive(leg) && leg.far_end === "robot" && leg.direction === "inbound",
  );
  show();
}

export function startRobots() {
  byId("robots").addEventListener("submit", (event) => {
    event.preventDefault();
    if (due === null) {
      due = Date.now();
      runRobots();
    } else {
      stopAll();
    }
    show();
  });
  byId("one").addEventListener("click", call);
  byId("called").addEventListener("input", show);
  setInterval(runRobots, 1000);
  show();
}
