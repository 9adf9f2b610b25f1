// Puts the page together: what the sandbox tells goes to every part.

import { addRows, setCall, startLog } from "./log.js";
import { byId } from "./dom.js";
import { currentCall, noteHangUps, showHandset, startHandset } from "./handset.js";
import { plainId } from "./rows.js";
import { runRobots, showRobots, startRobots } from "./robots.js";
import { showFaults, startFaults } from "./faults.js";
import { showTables, startTables } from "./tables.js";
import { tick, timeOfDay } from "./clock.js";
import { watch } from "./live.js";
import { who } from "./people.js";

const UNTIL_THEN = "It is asked again every second; until it answers nothing here changes.";

// On plain http there is no randomUUID.
const page = crypto.getRandomValues(new Uint32Array(4)).join("-");
let picture = null;
let connected = true;

function showAll() {
  if (!picture) {
    return;
  }
  const mine = currentCall().uuid;
  const names = new Map(picture.legs.map((leg) => [plainId(leg.uuid), who(leg, mine).name]));
  showTables(picture, mine);
  showRobots(picture);
  setCall(new Set(currentCall().ids), names);
  tick();
}

const parts = {
  picture(fresh) {
    picture = fresh;
    showHandset(picture);
    showFaults(picture.faults);
    showHome(picture.numbers[0]?.home);
    showAll();
    runRobots();
  },
  webhooks(rows) {
    noteHangUps(rows);
    addRows("webhooks", rows);
  },
  requests(rows) {
    addRows("requests", rows);
  },
  connected(now) {
    if (now !== connected) {
      const since = `The sandbox has not answered since ${timeOfDay(Date.now())}.`;
      byId("gone").querySelector("span").textContent = `${since} ${UNTIL_THEN}`;
      byId("gone").hidden = now;
    }
    connected = now;
  },
};

function showHome(home) {
  byId("home").hidden = !home;
  if (home) {
    byId("home").href = home;
  }
}

startTables();
startFaults();
startRobots();
startLog();
startHandset(page, showAll);
setInterval(() => connected && tick(), 250);
watch(page, (kind, data) => parts[kind](data));
