// What goes wrong on purpose. Other faults, set by programs, stay as they are.

import { byId, fill, icon, make } from "./dom.js";
import { send } from "./api.js";

const PATH = "/sandbox/faults";
const SWITCHES = [
  { words: "Send each twice", field: "duplicate", on: 1, off: 0 },
  { words: "Shuffle the order", field: "reorder", on: 0.5, off: 0 },
  { words: "Delay by 3 s", field: "delay_ms", on: [3000, 3000], off: [0, 0] },
  { words: "Wrong signature, one in ten", field: "bad_signature", on: 0.1, off: 0 },
  { words: "Drop one in ten", field: "drop", on: 0.1, off: 0 },
];

let toggled = Promise.resolve();

const isOn = (value) => (Array.isArray(value) ? value[1] > 0 : value > 0);

async function toggle({ field, on, off }) {
  const plan = await send("GET", PATH);
  await send("PUT", PATH, { ...plan, [field]: isOn(plan[field]) ? off : on });
}

export function startFaults() {
  byId("faults").append(
    ...SWITCHES.map((each) => {
      const button = make("button", { class: "btn btn-sm", type: "button" });
      // One after another: each changes the plan the one before has left.
      button.addEventListener("click", () => {
        toggled = toggled.then(() => toggle(each)).catch(() => {});
      });
      return button;
    }),
  );
  showFaults({});
}

export function showFaults(plan) {
  [...byId("faults").children].forEach((button, place) => {
    const on = isOn(plan[SWITCHES[place].field] ?? 0);
    button.setAttribute("aria-pressed", String(on));
    fill(button, icon(on ? "check" : "zap"), SWITCHES[place].words);
  });
}
