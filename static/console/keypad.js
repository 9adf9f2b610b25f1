// The keypad: twelve keys, the same on the keyboard while it is open.

import { byId, make, setText } from "./dom.js";

export const DIGITS = [
  ["1", ""],
  ["2", "ABC"],
  ["3", "DEF"],
  ["4", "GHI"],
  ["5", "JKL"],
  ["6", "MNO"],
  ["7", "PQRS"],
  ["8", "TUV"],
  ["9", "WXYZ"],
  ["*", ""],
  ["0", ""],
  ["#", ""],
];

/** `press` sends one digit. */
export function startKeypad(press) {
  const sheet = byId("keypad-sheet");
  let sent = "";
  const send = (digit) => {
    sent += digit;
    setText(byId("keypad-sent"), sent);
    press(digit);
  };
  for (const [digit, letters] of DIGITS) {
    const key = make(
      "button",
      { type: "button", "aria-label": digit },
      digit,
      make("small", { "data-letters": letters }),
    );
    key.addEventListener("click", () => send(digit));
    byId("keypad-keys").append(key);
  }
  sheet.addEventListener("keydown", (event) => {
    // A key that is held, the digit itself or Enter on its button, is one press.
    if (event.repeat && event.key === "Enter") event.preventDefault();
    if (!/^[0-9*#]$/.test(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (!event.repeat) send(event.key);
  });
  sheet.addEventListener("toggle", ({ newState }) => {
    if (newState !== "open") return;
    sent = "";
    setText(byId("keypad-sent"), "none yet");
  });
}
