// The phone in the caller's hand: fields, screen, keys and buttons.

import { badge, byId, fill, icon } from "./dom.js";
import { Call } from "./call.js";
import { WITHHELD, shown, wire } from "./numbers.js";
import { combobox } from "./combobox.js";
import { screen } from "./screen.js";

const CALLERS = ["+44 7700 900 123", "+44 7700 900 456", WITHHELD];
const IDLE = { phase: "idle", to: "", keys: "", muted: false, uuid: null, ids: new Set() };
const BUSY = ["dialling", "ringing", "answered"];
const NOT_OURS = "This is not one of our numbers. Choose one from the list.";
const NO_NUMBER = "No number is answered by anybody yet. Start the contact centre, then call again.";
const REMEMBERED_MS = 600_000;
const KEY = /^[0-9*#]$/;

let call = IDLE;
let picture = null;
let page = "";
let told = () => {};
const hungUp = new Map();

export const currentCall = () => call;

const numbers = () => (picture?.numbers ?? []).map((row) => shown(row.number));

const isBusy = () => BUSY.includes(call.phase);

export function showHandset(fresh) {
  if (!picture?.numbers.length && fresh.numbers.length && !byId("called").value) {
    byId("called").value = shown(fresh.numbers[0].number);
  }
  picture = fresh;
  call.follow?.(picture);
  show();
}

/** Webhooks say who hung up. */
export function noteHangUps(rows) {
  for (const { body, at } of rows.filter((row) => row.body.disconnected_by === "user")) {
    hungUp.set(body.uuid, at);
  }
  for (const [uuid, at] of hungUp) {
    if (at < Date.now() - REMEMBERED_MS) {
      hungUp.delete(uuid);
    }
  }
  show();
}

function show() {
  const known = picture?.legs.some((leg) => leg.uuid === call.uuid);
  if (call.phase !== "answered" || known) {
    showScreen();
  }
  document.body.dataset.call = call.phase;
  byId("call").hidden = isBusy();
  byId("hangup").hidden = byId("mute").hidden = !isBusy();
  byId("mute").setAttribute("aria-pressed", String(call.muted));
  fill(byId("mute"), icon(call.muted ? "mic" : "mic-off"), call.muted ? "Unmute" : "Mute");
  byId("sent").textContent = call.keys || "none";
  fill(byId("microphone"), ...microphone());
}

function showScreen() {
  const { tone, icon: name, state, title, text } = screen(call, picture, hungUp);
  byId("screen").dataset.tone = tone;
  byId("title").classList.toggle("long", title.length > 40);
  fill(byId("title"), title);
  fill(byId("text"), text.filter(Boolean).join(" "));
  const drawn = badge(tone, name, state);
  byId("state").className = drawn.className;
  fill(byId("state"), ...drawn.childNodes);
  const timer = byId("timer");
  if (call.phase === "answered") {
    timer.dataset.since = call.answeredAt;
  } else {
    delete timer.dataset.since;
    timer.textContent = "";
  }
}

function microphone() {
  if (!isBusy() || call.phase === "dialling") {
    return [];
  }
  if (call.silent) {
    return [icon("mic-off"), "No microphone"];
  }
  return call.muted ? [icon("mic-off"), "Microphone muted"] : [icon("mic"), "Microphone on"];
}

function refuse(sentence) {
  byId("refused").textContent = sentence;
  byId("refused").hidden = !sentence;
  byId("called").setAttribute("aria-invalid", String(Boolean(sentence)));
}

function dial() {
  if (isBusy()) {
    return;
  }
  const to = wire(byId("called").value);
  if (!to) {
    refuse("Enter the number to call, or choose one.");
    byId("called").focus();
    return;
  }
  refuse("");
  const from = wire(byId("caller").value) || wire(WITHHELD);
  call = new Call({ from, to, page, audio: byId("sound"), changed, trouble: microphoneTrouble });
  changed();
  byId("hangup").focus();
  call.dial();
}

function changed() {
  if (call.fields?.to) {
    refuse(picture?.numbers.length ? NOT_OURS : NO_NUMBER);
  }
  const focus = document.activeElement;
  show();
  if (focus?.hidden) {
    byId("call").focus();
  }
  told();
}

function trouble(sentence, words, act) {
  const box = byId("trouble");
  box.hidden = !sentence;
  box.querySelector("span").textContent = sentence;
  box.querySelector("button").textContent = words;
  box.querySelector("button").onclick = act;
}

function microphoneTrouble(sentence) {
  trouble(sentence, "Try again", () => call.tryMicrophone());
}

function soundTrouble() {
  trouble("Your browser holds the sound back.", "Turn the sound on", () => byId("sound").play());
}

function key(pressed) {
  if (call.live) {
    call.press(pressed);
  } else if (!isBusy()) {
    const field = byId("called");
    // After a choice from the list a key begins a new number.
    field.value = numbers().includes(field.value) ? pressed : field.value + pressed;
    field.dispatchEvent(new Event("input"));
  }
}

function startKeys() {
  byId("keypad").addEventListener("click", (event) => {
    const button = event.target.closest("[data-key]");
    if (button) {
      key(button.dataset.key);
    }
  });
  document.querySelector(".handset").addEventListener("keydown", (event) => {
    const modified = event.ctrlKey || event.altKey || event.metaKey;
    if (KEY.test(event.key) && !modified && event.target.tagName !== "INPUT") {
      key(event.key);
    }
  });
}

function startSound() {
  const sound = byId("sound");
  sound.addEventListener("loadedmetadata", () => sound.play().catch(soundTrouble));
  sound.addEventListener("playing", () => call.silent || trouble("", "", null));
  navigator.mediaDevices?.addEventListener("devicechange", () => {
    if (call.live && call.silent) {
      call.tryMicrophone();
    }
  });
}

/** `name` is what this page is called; `changes()` is told when the call is another, or changes. */
export function startHandset(name, changes) {
  page = name;
  told = changes;
  combobox(byId("caller"), () => CALLERS);
  combobox(byId("called"), numbers);
  byId("called").addEventListener("input", () => refuse(""));
  byId("dial").addEventListener("submit", (event) => {
    event.preventDefault();
    dial();
  });
  byId("hangup").addEventListener("click", () => call.hangUp());
  byId("mute").addEventListener("click", () => call.mute(!call.muted));
  addEventListener("pagehide", () => {
    if (call.live) {
      navigator.sendBeacon(`/sandbox/calls/${call.uuid}/hangup`);
    }
  });
  startKeys();
  startSound();
  show();
}
