// The wallboard: the same figures, to be read from the other end of the room.

import { config } from "../console/config.js";
import * as clock from "../console/clock.js";
import { byId, setText } from "../console/dom.js";
import { Socket } from "../console/socket.js";
import { every } from "../console/ticker.js";
import { Fresh } from "./fresh.js";
import { byName } from "./marks.js";
import { queueTable } from "./queues.js";
import { FloorStore } from "./store.js";
import { Totals } from "./totals.js";
import { LINK_OVER } from "./words.js";

const { wall = null } = config; // the token of a wall link, for screens where nobody is logged in

const address = new URL("/ws/floor/", location.href);
address.protocol = address.protocol.replace("http", "ws");
if (wall) address.searchParams.set("wall", wall);

const store = new FloorStore();
const socket = new Socket(address.href, store);
const fresh = new Fresh(store, wall ? { polls: false, over: LINK_OVER } : {});
const totals = new Totals(store, { shown: 2 });
const queues = queueTable({ section: byId("queues") });
const tellTime = () => setText(byId("clock"), clock.atMinute(clock.now()));

store.addEventListener("draw", () => {
  if (!store.isLoaded) return;
  totals.draw();
  queues.show([...store.queues.values()].sort(byName), { none: "No queue is shown here yet." });
  tellTime();
});
every(1, () => {
  tellTime();
  if (!store.isLoaded || !fresh.isTicking) return;
  totals.tick();
  queues.tick();
});
socket.open();
