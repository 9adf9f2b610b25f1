// Acts go to the server by REST; what became of them is asked for, or seen in the floor itself.

import { get, Refused, send } from "../console/rest.js";
import { pause } from "../console/ticker.js";

const LOOK = 300; // milliseconds
const LOOKS = 50; // about 15 s; what takes longer shows in the floor

export const fetchFloor = () => get("/api/floor");

export const fetchMe = () => get("/api/agents/me");

export const put = (path, body) => send("PUT", path, body);

/** Ask for something; the key of its command, or nothing if it is done already. */
export const begin = async (path, body) => (await send("POST", path, body)).command;

/** True when the command is done, Refused if it failed, false while it is pending or not wanted. */
export async function follow(command, isWanted = () => true) {
  if (!command) return true;
  for (let look = 0; look < LOOKS && isWanted(); look += 1) {
    const { state, error } = await stateOf(command);
    if (state === "done") return true;
    if (state === "failed")
      throw new Refused(error?.code ?? "failed", error?.message ?? "That did not work.");
    await pause(LOOK);
  }
  return false;
}

/** Ask for something and follow it; as `follow`. */
export const post = async (path, body) => follow(await begin(path, body));

/** What became of a command; one look that fails is no news. */
const stateOf = (command) =>
  get(`/api/commands/${command}`).catch((error) => {
    if (["unreachable", "no_answer"].includes(error.code)) return { state: "pending" };
    throw error;
  });
