// The list of shortcuts: read, changed and switched off there.

import { byId, icon, make, setText } from "./dom.js";
import { ACTS, forgetKeys, letterOf, prefix, PREFIXES, setLetter, setPrefix } from "./keys.js";
import { nameKeys } from "./shortcuts.js";
import { browserStorage } from "./storage.js";
import { say } from "./toasts.js";

const isOn = () => byId("shortcuts-on").checked;

/** Fill the sheet; whether shortcuts are on can be asked of what it returns. */
export function startKeyList() {
  const box = byId("shortcuts-on");
  box.checked = browserStorage.getItem("shortcuts") !== "off";
  box.addEventListener("change", () => {
    browserStorage.setItem("shortcuts", box.checked ? "on" : "off");
    nameKeys();
  });
  const select = byId("keys-prefix");
  for (const [name, { words }] of Object.entries(PREFIXES))
    select.append(make("option", { value: name }, words));
  select.addEventListener("change", () => {
    setPrefix(select.value);
    nameKeys();
  });
  byId("keys").append(...Object.keys(ACTS).map(row));
  byId("keys-reset").addEventListener("click", () => {
    forgetKeys();
    draw();
    say("All shortcuts are as at first.");
  });
  draw();
  return { isOn };
}

function row(act) {
  const { words } = ACTS[act];
  const key = make("input", {
    class: "input input-sm key",
    maxlength: 1,
    autocomplete: "off",
    spellcheck: "false",
    "data-act": act,
    "aria-label": `Key for: ${words}`,
    "aria-describedby": "keys-error",
  });
  key.addEventListener("focus", () => key.select());
  key.addEventListener("change", () => change(key, act));
  return make("li", {}, key, make("span", {}, words));
}

/** What is refused stays as it was, and the sentence says why. */
function change(key, act) {
  const why = setLetter(act, key.value);
  draw();
  setText(byId("keys-error"), why);
  key.setAttribute("aria-invalid", why ? "true" : "false");
  if (why) byId("keys-error").prepend(icon("alert"), " ");
}

function draw() {
  setText(byId("keys-error"), "");
  byId("keys-prefix").value = prefix();
  for (const key of byId("keys").querySelectorAll("input")) {
    key.value = letterOf(key.dataset.act);
    key.removeAttribute("aria-invalid");
  }
  nameKeys();
}
