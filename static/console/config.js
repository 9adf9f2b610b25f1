// What the server says of this page when it is opened, and the way to its API.

export const config = JSON.parse(document.getElementById("console-config").textContent);

const csrf = () => document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/)?.[1] ?? "";

/** What the server refused, or could not be asked at all (`status` 0). */
export class RequestFailed extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function ask(url, options = {}) {
  let response;
  try {
    response = await fetch(url, { credentials: "same-origin", ...options });
  } catch {
    throw new RequestFailed(0, "The server cannot be reached.");
  }
  if (!response.ok) {
    const body = await response.json().catch(() => ({}));
    throw new RequestFailed(response.status, body.error?.message ?? "The server refused.");
  }
  return response.json();
}

/** A token for the SDK: {token, expires_at, api_url, websocket_url, websocket_path, …}. */
export const fetchToken = () =>
  ask(config.urls.token, { method: "POST", headers: { "X-CSRFToken": csrf() } });

export const fetchDay = () => ask(config.urls.day);

export const fetchCard = (call) => ask(config.urls.card.replace("/0/", `/${call}/`));
