// One row of the log: a webhook the sandbox sent, or a request it got.

import { coloured } from "./json.js";
import { icon, make } from "./dom.js";
import { list, short } from "./people.js";
import { shown } from "./numbers.js";
import { timeOfDay } from "./clock.js";

const UUID = /[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}/g;

export const failed = (row) => row.status === null || row.status >= 400;

/**
 * What happened, in a word or two, and a line of detail. A row that says `again` repeats one
 * before it; `names` are legs' names by plain id.
 */
export function described(kind, row, names) {
  return kind === "webhooks" ? webhook(row, names) : request(row);
}

// The platform's own name for the user behind a phone leg holds that leg's uuid without dashes.
const PHONE_USER = "vapi-user-";

export const plainId = (uuid) => uuid.replaceAll("-", "");

function legOf(uuid, names) {
  const name = names.get(plainId(uuid));
  return name ? `leg ${short(uuid)}, ${name}` : `leg ${short(uuid)}`;
}

function userOf(name, names) {
  return name.startsWith(PHONE_USER) ? legOf(name.slice(PHONE_USER.length), names) : name;
}

function webhook(row, names) {
  const { kind, body, reply, tries, status } = row;
  const what = body.status ?? body.type ?? (body.reason ? "error" : "");
  const title = kind === "event" || kind === "rtc" ? `${kind} ${what.replace(/^rtc:/, "")}` : kind;
  const said = row.again ? ["the same again"] : [];
  if (body.dtmf) {
    said.push(body.dtmf.digits ? `keys ${body.dtmf.digits}` : "no keys");
  }
  if (body.reason) {
    said.push(body.reason);
  }
  if (body.uuid) {
    said.push(legOf(body.uuid, names));
  }
  if (body.body?.leg_id) {
    said.push(legOf(body.body.leg_id, names), body.body.status);
  } else if (body._embedded) {
    said.push(userOf(body._embedded.from_user.name, names));
  }
  if (Array.isArray(reply)) {
    said.push(actions(reply));
  }
  if (status === null) {
    said.push("no answer");
  } else if (tries > 1) {
    said.push("at the second try");
  }
  return { title, detail: said.join(" · ") };
}

function request({ method, url, body, reply, status }) {
  const path = url.split("?")[0].replace(UUID, short);
  const said = [];
  if (body?.action) {
    said.push(body.action);
  }
  const ncco = body?.destination?.ncco ?? body?.ncco;
  if (Array.isArray(ncco)) {
    said.push(actions(ncco));
  }
  if (Array.isArray(body?.to)) {
    said.push(`dials ${list(body.to.map((to) => to.user ?? shown(String(to.number))))}`);
  }
  if (status >= 400 && reply?.detail) {
    said.push(reply.detail);
  }
  return { title: `${method} ${path}`, detail: said.join(" · ") };
}

function actions(ncco) {
  const names = ncco.map((step) => step.action).join(", ");
  return ncco.length === 1 ? `1 action: ${names}` : `${ncco.length} actions: ${names}`;
}

/** The row as an element; pressed, it shows what was sent and answered. */
export function draw(row, { title, detail }) {
  const [tone, mark] = failed(row) ? ["bad", "x-circle"] : ["ok", "check"];
  const head = make(
    "button",
    { type: "button", "aria-expanded": "false" },
    make("span", { class: "muted" }, timeOfDay(row.at)),
    make("b", {}, title),
    make("span", { class: `${tone} nowrap` }, icon(mark), ` ${row.status ?? "none"}`),
    make("span", { class: "muted nowrap" }, `${row.ms} ms`),
    make("span", { class: "sub2" }, detail),
  );
  const item = make("li", {}, head);
  head.addEventListener("click", () => {
    const open = head.getAttribute("aria-expanded") === "false";
    head.setAttribute("aria-expanded", String(open));
    item.classList.toggle("open", open);
    const parts = open ? [part("Sent", row.body), part("Answered", row.reply)] : [];
    item.replaceChildren(head, ...parts);
  });
  return item;
}

function part(title, value) {
  const label = make("h3", { class: "sub2" }, value === null ? `${title}: nothing` : title);
  const text = value === null ? [] : [make("pre", { class: "code", tabindex: "0" }, ...coloured(value))];
  return make("div", { class: "part" }, label, ...text);
}
