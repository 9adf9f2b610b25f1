// Who is who: names of legs for people, and lists of them.

import { shown } from "./numbers.js";

export const short = (uuid) => `${uuid.slice(0, 4)}…${uuid.slice(-2)}`;

/** A conversation's name where there is little room: long ones lose their middle. */
export const shortName = (name) => (name.length > 18 ? `${name.slice(0, 9)}…${name.slice(-4)}` : name);

export const isLive = (leg) => leg.status !== "completed";

/** A leg's name, and what stands below it. */
export function who(leg, mine) {
  if (leg.far_end === "browser") {
    return { name: leg.name, detail: "browser" };
  }
  const number = /^\d+$/.test(leg.name) || leg.name === "anonymous";
  if (leg.uuid === mine) {
    return { name: "You", detail: shown(leg.name) };
  }
  if (leg.far_end === "robot") {
    return number ? { name: "Robot", detail: shown(leg.name) } : { name: leg.name, detail: "robot" };
  }
  return { name: shown(leg.name), detail: "phone" };
}

/** "Jane", "Jane and Ada", "Jane, Ada and Joe". */
export function list(names) {
  return names.length < 2
    ? (names[0] ?? "")
    : `${names.slice(0, -1).join(", ")} and ${names[names.length - 1]}`;
}
