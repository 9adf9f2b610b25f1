// Requests to the sandbox. An error's message is one sentence for people.

const GONE = "The sandbox does not answer. Start it, then try again.";

export async function send(method, path, body) {
  let reply;
  try {
    reply = await fetch(path, {
      method,
      headers: { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Error(GONE);
  }
  const said = reply.headers.get("Content-Type")?.includes("json") ? await reply.json() : null;
  if (!reply.ok) {
    throw Object.assign(new Error(said?.detail ?? GONE), { fields: said?.invalid_parameters ?? {} });
  }
  return said;
}

export const hangUp = (uuid) => send("POST", `/sandbox/calls/${uuid}/hangup`);
export const press = (uuid, digits) => send("POST", `/sandbox/calls/${uuid}/dtmf`, { digits });
