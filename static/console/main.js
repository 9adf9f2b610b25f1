// Puts the console together and starts it.

import { Actions, forgetChecked, isChecked } from "./actions.js";
import { Alarm } from "./alarm.js";
import { fetchToken } from "./api.js";
import { Asking } from "./asking.js";
import { Banners } from "./banners.js";
import { Bars } from "./bars.js";
import { Board } from "./board.js";
import { CallControl } from "./call.js";
import { CallNews } from "./call_news.js";
import { CallOut } from "./call_out.js";
import { Card } from "./card.js";
import { Coaching } from "./coaching.js";
import { config } from "./config.js";
import { Day } from "./day.js";
import { startDeviceChoice } from "./device_choice.js";
import { Devices, permission } from "./devices.js";
import { Header } from "./header.js";
import { HoldReminder } from "./hold.js";
import { Invites } from "./invites.js";
import { startKeypad } from "./keypad.js";
import { Lease } from "./lease.js";
import { Limit } from "./limit.js";
import { startMenus } from "./menus.js";
import { MutedVoice } from "./muted_voice.js";
import { News } from "./news.js";
import { NextState } from "./next_state.js";
import { Notes } from "./notes.js";
import { Offers } from "./offers.js";
import { Outcome } from "./outcome.js";
import { Page } from "./page.js";
import { Parties } from "./parties.js";
import { Phone } from "./phone.js";
import { PhoneLink } from "./phone_link.js";
import { loadSdk, PhoneSession } from "./phone_session.js";
import { Preflight } from "./preflight.js";
import { QualityPanel } from "./quality_panel.js";
import { Ring } from "./ring.js";
import { Socket } from "./socket.js";
import { Store } from "./store.js";
import { nameOfTab } from "./tab.js";
import { Targets } from "./targets.js";
import { Todo } from "./todo.js";

const tab = await nameOfTab();
const address = new URL("/ws/console/", location.href);
address.protocol = address.protocol.replace("http", "ws");

const store = new Store();
const socket = new Socket(address.href, store);
const devices = new Devices();
const ring = new Ring(devices);
const session = new PhoneSession({
  fetchToken,
  load: () => loadSdk(config.urls.sdk, config.sdk.present),
});
const phone = new Phone({ devices, session });
const invites = new Invites(phone);

const lease = new Lease({ store, socket, tab });
new PhoneLink({ store, phone, session, socket });
const offers = new Offers({ store, socket, phone, invites });
const calls = new CallControl({ store, socket, phone });
const asking = new Asking({ store, socket });

new Header({ store, devices });
new NextState({ store, socket });
const outcome = new Outcome({ store, socket });
const banners = new Banners({
  store,
  urls: config.urls,
  acts: {
    unmute: () => calls.toggleMute(),
    hold: () => asking.ask("resume"),
    resume: () => calls.resume(),
    tryNow: () => socket.tryNow(),
  },
});
new Bars({ store, devices });
new Board(store);
new Day(store);
new Todo({ store, socket });
new Card(store);
new Notes({ store, socket, agentId: config.agent_id });
new MutedVoice({ store, phone });
new QualityPanel({ store, phone });
new Preflight({ store, devices, ring });
new Alarm({ store, ring });
new Limit(store);
new News(store);
new CallNews(store);
new HoldReminder(store);
new Parties({ store, asking });
new Targets({ store, asking });
new Coaching({ store, asking, phone, invites });
new CallOut({ store, socket, phone });
new Page({ store, outcome });
new Actions({ store, socket, asking, lease, offers, calls, ring });
startMenus();
startKeypad((digit) => calls.press(digit));
startDeviceChoice({ devices, ring });

// The checks come first when somebody starts their day, and again after something went wrong.
socket.addEventListener(
  "live",
  () => store.change({ checking: store.agent.state === "offline" && !isChecked() }),
  { once: true },
);
devices.addEventListener("swapped", forgetChecked);
store.addEventListener("change", () => store.agent?.reason === "device" && forgetChecked());

if (!isSecureContext) {
  banners.notes.set("insecure", {
    kind: "danger",
    icon: "lock",
    title: "No microphone at this address.",
    text: "Browsers allow a microphone on https:// and on localhost only. Open the console there to take calls.",
  });
}

ring.addEventListener("blocked", () => {
  banners.notes.set("ring", {
    kind: "warn",
    icon: "bell",
    title: "This browser does not let the page ring yet.",
    text: "Click anywhere on it once.",
  });
  banners.draw();
  addEventListener("pointerdown", () => banners.notes.delete("ring") && banners.draw(), {
    once: true,
  });
});
permission((microphone) => store.change({ microphone }));

devices.refresh();
socket.open();
