// Reading the call at hand: who it is with, who else is in it, what was asked of it.

import { phoneNumber } from "./numbers.js";

const IN = ["in", "aside"];

/** The customer has hung up, and two who talked about them talk on. */
export const isLeftToUs = (call) => call.state === "ended" && others(call).length > 0;

/** The other side: the colleague where there is no customer, else the customer's number. */
export function otherSide(call) {
  if (call.direction === "internal" || isLeftToUs(call)) {
    const colleague = others(call)[0];
    if (colleague) return nameOf(colleague);
  }
  return phoneNumber(call.number || (call.direction === "outbound" ? call.to : call.from));
}

export const nameOf = ({ name, number }) => name || phoneNumber(number);

/** Who takes part besides the customer and me; whoever coaches takes no part. */
export const others = ({ parties = [] }) =>
  parties.filter(({ kind, me }) => !me && kind !== "customer" && kind !== "supervisor");

const me = ({ parties = [] }) => parties.find((one) => one.me);

/** Whom I ask: ringing, talking with me, or put aside. Merged, it is a conference. */
export function consultOf(call) {
  const { consult, mine } = call;
  const isMine = mine !== false && consult?.leg !== me(call)?.leg;
  const isApart = consult && consult.state !== "merged" && !isLeftToUs(call);
  return isApart && isMine ? consult : null;
}

/** Another agent has joined, so I can go and the call goes on. */
export const canLeave = (call) =>
  call.direction !== "internal" &&
  !isLeftToUs(call) &&
  others(call).some(({ kind, state }) => kind === "agent" && IN.includes(state));

/** Somebody asked me about their customer, and has not handed the call to me. */
export function askedBy(call) {
  const isAsked = me(call)?.role === "consult" && call.consult?.state !== "merged";
  if (call.mine !== false || !isAsked || isLeftToUs(call)) return "";
  return others(call).find(({ kind }) => kind === "agent")?.name ?? "a colleague";
}

/** I am put aside, with music. */
export const isAside = (call) => me(call)?.state === "aside";

/** What I asked of the call at hand, or of the one I listen to, that is pending or just settled. */
export const commandsOf = (agent) => (agent?.call ?? agent?.supervision)?.commands ?? [];

/** Asked here, or by me in another window, and not done yet. */
export const isPending = (store, kind) =>
  store.asked.some((one) => one.kind === kind) ||
  commandsOf(store.agent).some((one) => one.kind === kind && one.state === "pending");
