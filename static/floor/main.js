// Puts the floor together and starts it.

import { fetchToken } from "../console/api.js";
import { config } from "../console/config.js";
import { Devices } from "../console/devices.js";
import { byId, fill, setAttribute } from "../console/dom.js";
import { Invites } from "../console/invites.js";
import { startMenus } from "../console/menus.js";
import { Phone } from "../console/phone.js";
import { loadSdk, PhoneSession } from "../console/phone_session.js";
import { Socket } from "../console/socket.js";
import { every } from "../console/ticker.js";
import { Acts } from "./acts.js";
import { agentTable, byPresence } from "./agents.js";
import { Alerts } from "./alerts.js";
import { Bar } from "./bar.js";
import { bySince, callTable } from "./calls.js";
import { counted, Filters } from "./filters.js";
import { Fresh } from "./fresh.js";
import { byName } from "./marks.js";
import { queueTable } from "./queues.js";
import { FloorStore } from "./store.js";
import { Supervision } from "./supervision.js";
import { Totals } from "./totals.js";
import { byTurn, waitingTable } from "./waiting.js";
import { startWayOut } from "./way_out.js";

const address = new URL("/ws/floor/", location.href);
address.protocol = address.protocol.replace("http", "ws");

const store = new FloorStore();
const socket = new Socket(address.href, store);
const fresh = new Fresh(store);
const acts = new Acts(fresh);
const devices = new Devices();
const session = new PhoneSession({
  fetchToken,
  load: () => loadSdk(config.urls.sdk, config.sdk.present),
});
const phone = new Phone({ devices, session });
const invites = new Invites(phone);
const supervision = new Supervision({ store, fresh, phone, invites, session });
const bar = new Bar({ store, supervision });

const filters = new Filters({ form: byId("filters"), store, changed: () => draw() });
const totals = new Totals(store);
const queues = queueTable({ section: byId("queues"), filters });
const waiting = waitingTable({ section: byId("waiting"), store, acts });
const calls = callTable({ section: byId("calls"), acts });
const agents = agentTable({ section: byId("agents"), store, acts, supervision });
const alerts = new Alerts({ box: byId("alerts"), store, reveal });
const tables = { queues, waiting, calls, agents };

const NONE = {
  queues: "Your teams serve no queue yet. Queues and who serves them are set in the admin.",
  waiting: "Nobody is waiting.",
  calls: "No call is going on.",
  agents: "Your teams have no agents yet.",
};
const ORDER = { queues: byName, waiting: byTurn, calls: bySince, agents: byPresence };

function draw() {
  if (!store.isLoaded) return;
  filters.refresh();
  totals.draw();
  alerts.draw();
  const { call = "", mode = "" } = store.supervision ?? {};
  const contexts = { queues: filters.queue, agents: `${call} ${mode}` };
  for (const [name, picked] of Object.entries(filters.pick())) {
    const all = store[name].size;
    const none = all && filters.isOn ? "Nothing here matches what you asked for." : NONE[name];
    tables[name].show(picked.sort(ORDER[name]), { none, context: contexts[name] });
    const count = document.querySelector(`#${name} [data-count]`);
    if (count) counted(count, picked.length, all, name === "waiting" && all ? "next first" : "");
  }
}

/** Bring what an alert is about into view. */
function reveal({ agent, queue }) {
  const row = store.agents.get(agent);
  if (row) {
    if (!filters.pick().agents.includes(row)) filters.clear();
    agents.reveal(row.id);
    return;
  }
  const named = store.queues.get(queue);
  if (named && filters.queue !== named.name) filters.choose(named.name);
  byId("waiting").scrollIntoView({ block: "center" });
}

function freeze() {
  const isFrozen = !store.isFrozen;
  store.freeze(isFrozen);
  setAttribute(byId("freeze"), "aria-pressed", isFrozen);
  fill(byId("freeze"), { word: isFrozen ? "Go on" : "Freeze to read" });
  fresh.draw();
}

store.addEventListener("draw", draw);
every(1, () => {
  bar.tick();
  if (!store.isLoaded || store.isFrozen || document.hidden || !fresh.isTicking) return;
  totals.tick();
  alerts.tick();
  for (const table of Object.values(tables)) table.tick();
});
byId("freeze").addEventListener("click", freeze);
startMenus();
startWayOut(supervision.sound);
devices.refresh();
socket.open();
