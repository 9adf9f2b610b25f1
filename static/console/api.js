// What the console asks the server for besides its websocket.

import { config } from "./config.js";
import { get, send } from "./rest.js";

/** A token for the SDK: {token, expires_at, api_url, websocket_url, websocket_path, …}. */
export const fetchToken = () => send("POST", config.urls.token);

/** Call somebody: `to` is a number or {agent}. {id, key} of the call. */
export const makeCall = (to, from = null) =>
  send("POST", config.urls.calls, from ? { to, from } : { to });

/** Who can be called from here, as which number, and what the rules say. */
export const fetchDialling = () => get(config.urls.dial);

/** Who could take this call: {agents, queues, flows, numbers}. */
export const fetchTargets = (words) =>
  get(`${config.urls.targets}?${new URLSearchParams({ q: words })}`);

/** What an agent says of the customer of this call: {customer}, as it is kept. */
export const saveCustomer = (id, facts) =>
  send("PUT", `${config.urls.calls}/${id}/customer`, facts);

export const fetchDay = () => get(config.urls.day);

/** My list of things to do: {voicemails, callbacks, outcomes}. */
export const fetchTodo = () => get(config.urls.todo);

export const fetchCard = (call) => get(config.urls.card.replace("/0/", `/${call}/`));
