// What a supervisor does with calls and agents. Each says what came of it.

import { ask } from "../console/ask_first.js";
import { Refused } from "../console/rest.js";
import { toast } from "../console/toasts.js";
import { post, put } from "./api.js";
import { NOT_LIVE, SLOW } from "./words.js";

export class Acts {
  #fresh;

  constructor(fresh) {
    this.#fresh = fresh;
  }

  /** Do it and say what came of it, a sentence or made from the answer; or why not. Whether it worked. */
  async try(work, done) {
    if (!this.#fresh.isTicking) {
      toast(NOT_LIVE, "warn");
      return false;
    }
    try {
      const answer = await work();
      if (answer === false) toast(SLOW, "info");
      else toast(typeof done === "function" ? done(answer) : done, "ok");
      return true;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      toast(error.message, "warn");
      return false;
    }
  }

  assign(call, { username, name }, caller) {
    return this.try(
      () => post(`/api/calls/${call}/connect`, { agent: username }),
      `${caller} is offered to ${name}.`,
    );
  }

  move(call, queue, caller) {
    return this.try(
      () => post(`/api/calls/${call}/move`, { queue }),
      `${caller} waits in ${queue} now.`,
    );
  }

  setPriority(call, priority, caller) {
    return this.try(
      () => post(`/api/calls/${call}/priority`, { priority }),
      `${caller} has priority ${priority} now.`,
    );
  }

  async endCall(call, caller) {
    const text = "Everybody in the call is hung up. This cannot be undone.";
    if (!(await ask(`End the call of ${caller}?`, text, "End call"))) return false;
    return this.try(() => post(`/api/calls/${call}/end`), `The call of ${caller} was ended.`);
  }

  setState({ username, name }, state, reason, words) {
    const path = `/api/agents/${encodeURIComponent(username)}/state`;
    return this.try(
      () => put(path, { state, reason }),
      ({ next_state: next }) =>
        next ? `${name}: ${words}, once what holds them is over.` : `${name}: ${words}.`,
    );
  }

  async logOut(agent) {
    const text = `${agent.name} gets no calls until they go available again.`;
    if (!(await ask(`Set ${agent.name} offline?`, text, "Set offline"))) return false;
    return this.setState(agent, "offline", null, "offline");
  }

  endWrapUp({ username, name }) {
    return this.try(
      () => post(`/api/agents/${encodeURIComponent(username)}/end_wrap_up`),
      `The after-call work of ${name} is over.`,
    );
  }
}
