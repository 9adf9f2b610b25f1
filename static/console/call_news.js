// What becomes of a call by others, or by the line: one sentence each, when it happens.

import { phoneNumber } from "./numbers.js";
import { consultOf, isLeftToUs, nameOf, others, otherSide } from "./talk.js";
import { say, toast } from "./toasts.js";

const NOT_REACHED = {
  busy: "The line was busy",
  timeout: "Nobody answered",
  unanswered: "Nobody answered",
  rejected: "The call was declined",
  refused: "The number could not be called",
  failed: "The number could not be reached",
};
const DID = {
  busy: "was busy",
  timeout: "did not answer",
  unanswered: "did not answer",
  missed: "did not answer",
  rejected: "declined",
  declined: "declined",
  left: "has left",
};

/** What somebody did who was asked in vain: one clause. */
const did = (one) => `${nameOf(one)} ${DID[one.result] ?? "could not be reached"}`;

export class CallNews {
  #store;
  #call = null; // as it was the last time
  #ended = null; // the call that was ended here last
  #told = {}; // {at, call}: the last call of which was said that it reached nobody
  #takenOver = {}; // {at, call}: the last one of which was said who has it, until it is over for me

  constructor(store) {
    this.#store = store;
    store.addEventListener("change", () => this.#follow());
  }

  #follow() {
    const { agent, ending, isLive, isElsewhere } = this.#store;
    this.#ended = ending ?? this.#ended;
    if (!agent || !isLive || isElsewhere) {
      this.#call = null; // what came of it meanwhile is not known
      return;
    }
    this.#tellNotReached(agent.not_reached);
    this.#tellTakenOver(agent.taken_over);
    const before = this.#call;
    const call = agent.call;
    this.#call = call;
    if (call && !before) this.#ended = ending; // it may have come back to me
    if (before && call?.id === before.id) this.#changed(before, call);
    else if (before) this.#over(before, agent);
  }

  /** Also after a reload or a lost connection: it is told for some seconds. */
  #tellNotReached(one) {
    if (!one || one.at === this.#told.at) return;
    this.#told = { at: one.at, call: this.#call?.id };
    const why = NOT_REACHED[one.result] ?? NOT_REACHED.failed;
    toast(one.name ? `${did(one)}.` : `${why}: ${phoneNumber(one.number)}.`, "info");
  }

  #tellTakenOver(one) {
    if (!one || one.at === this.#takenOver.at) return;
    this.#takenOver = one;
    this.#store.change({ handed: null });
    toast(`${one.by} has taken this call over from you.`, "info");
  }

  #changed(before, call) {
    if (!before.machine && call.machine) toast("An answering machine has answered.", "warn");
    if (before.state === "dialing" && call.answered_at && !before.answered_at)
      say(`${otherSide(call)} has answered.`);
    if (before.mine === false && call.mine) toast(`${otherSide(call)} is your caller now.`, "info");
    if (isLeftToUs(call) && !isLeftToUs(before))
      toast(`The caller has hung up. You still talk with ${otherSide(call)}.`, "warn");
    this.#tellConsult(before, call);
    this.#tellOthers(before, call);
  }

  #tellConsult(before, call) {
    const [was, is] = [consultOf(before), consultOf(call)];
    if (!was && is)
      say(is.state === "ringing" ? `Calling ${nameOf(is)}. The caller hears music.` : "");
    else if (was?.state === "ringing" && is?.state === "talking")
      say(`${nameOf(is)} has answered. The caller hears music.`);
    else if (
      was &&
      !call.consult &&
      call.state === "held" &&
      !this.#hasEnded(call)
    ) {
      const ended = call.consult_ended ?? { result: was.state === "ringing" ? "failed" : "left" };
      toast(`${did({ ...was, ...ended })}. The caller is still on hold.`, "warn");
    }
  }

  #tellOthers(before, call) {
    const known = new Map(others(before).map((one) => [one.leg, one]));
    for (const one of others(call)) {
      if (one.role !== "conference") continue;
      const was = known.get(one.leg)?.state;
      if (was === "ringing" && one.state === "in") toast(`${nameOf(one)} has joined.`, "info");
    }
    const stays = new Set(others(call).map(({ leg }) => leg));
    for (const one of others(before)) {
      if (stays.has(one.leg) || one.role !== "conference") continue;
      if (this.#hasRemoved(call, one.leg)) continue;
      const what = one.state === "ringing" ? "could not be reached" : "has left";
      toast(`${nameOf(one)} ${what}.`, "info");
    }
  }

  /** Whether I have ended the consultation; an earlier one, ended just before, does not count. */
  #hasEnded(call) {
    const kinds = ["consult", "cancel", "complete"];
    const asked = [...(call.commands ?? []), ...this.#store.asked].filter(
      ({ kind, state }) => kinds.includes(kind) && state !== "failed",
    );
    return asked.length > 0 && asked.at(-1).kind !== "consult";
  }

  #hasRemoved(call, leg) {
    const recent = [...this.#store.asked, ...(call.commands ?? [])];
    return recent.some(
      (one) => one.kind === "remove" && one.leg === leg && one.state !== "failed",
    );
  }

  /** My part in it is over. */
  #over(before, { wrap_up: wrapUp }) {
    const { handed } = this.#store;
    if (this.#ended === before.id) return;
    if (this.#takenOver.call === before.id) {
      this.#takenOver = { at: this.#takenOver.at }; // it may come back
      return;
    }
    const after = wrapUp?.call === before.id ? wrapUp : {};
    const byCustomer = after.hung_up_by === "customer";
    if (handed?.call === before.id) {
      this.#store.change({ handed: null });
      const done = handed.isTheirs
        ? `${handed.name} has the caller now.`
        : `The caller was transferred to ${handed.name}.`;
      if (!byCustomer) toast(done, "ok");
    } else if (before.direction === "outbound" && !before.answered_at) {
      if (this.#told.call === before.id) return;
      toast(`Nobody was reached: ${phoneNumber(before.number || before.to)}.`, "info");
    }
  }
}
