// The session that Vonage's Client SDK holds: opened with a token, renewed, and opened again when lost.
// With phone.js the only module that knows the SDK.

import { now, secondsLeft } from "./clock.js";
import { Refused } from "./rest.js";
import { tabStorage } from "./storage.js";
import { pause, within } from "./ticker.js";

const RENEW_AT = 0.8; // of a token's life
const RENEW_AGAIN = 15_000; // milliseconds
const OPEN_WITHIN = 15_000; // milliseconds, for a token and for a session each
const LOADS = 2; // failed loads of the SDK until it counts as missing
const BACK_OFF = [1, 2, 4, 8].map((seconds) => seconds * 1000);

const noToken = () => new Refused("no_answer", "The server gave no token in time.");
const noSession = () => new Error("Vonage gave no session in time.");

/** This server has no phone software. */
class SdkMissing extends Error {}

/**
 * Events: "line" {state, trouble}; "fresh": a session begins that knows nothing of an earlier one;
 * and those of the SDK that `hear` asks for.
 */
export class PhoneSession extends EventTarget {
  #fetchToken;
  #load;
  #reactions = new Map();
  #renewal = null;
  #opening = null; // the newest wish to have a session
  client = null; // the SDK's, while the session is wanted

  constructor({ fetchToken, load }) {
    super();
    this.#fetchToken = fetchToken;
    this.#load = load;
    this.hear("reconnecting", () => this.#tell("connecting"));
    this.hear("reconnection", () => this.#tell("ready"));
    this.hear("sessionError", () => this.#lost());
  }

  /** Call `react` for this event of the SDK, of whatever client is the one then. */
  hear(event, react) {
    this.#reactions.set(event, react);
  }

  /** Have a session, and keep it until `close`. */
  async open() {
    if (this.client) return;
    const opening = (this.#opening = {});
    this.#tell("connecting");
    const sdk = await this.#loaded(opening);
    if (!sdk || opening !== this.#opening) return;
    const client = new sdk.VonageClient({ loggingLevel: "Error" });
    this.client = client;
    for (const [event, react] of this.#reactions) {
      client.on(event, (...said) => client === this.client && react(...said));
    }
    await this.#connect(client);
  }

  /** Forget the session here. The client, for what has to be ended with it; null if there was none. */
  close() {
    const { client } = this;
    clearTimeout(this.#renewal);
    tabStorage.removeItem("session");
    this.client = this.#opening = null;
    return client;
  }

  /** The SDK; null if there is none, or nobody waits for it any more. */
  async #loaded(opening) {
    for (let attempt = 0; opening === this.#opening; attempt += 1) {
      try {
        return await this.#load();
      } catch (error) {
        if (opening !== this.#opening) return null;
        if (error instanceof SdkMissing) {
          this.#tell("missing");
          return null;
        }
        // A single failure may be the network's; many look like a file that is not there.
        if (attempt < LOADS) this.#tell("lost", error.message);
        else this.#tell("missing");
        await pause(backOff(attempt));
      }
    }
    return null;
  }

  #lost() {
    clearTimeout(this.#renewal);
    this.#tell("connecting");
    this.#connect(this.client);
  }

  async #connect(client) {
    for (let attempt = 0; client === this.client; attempt += 1) {
      try {
        await this.#begin(client, await this.#token());
        return;
      } catch (error) {
        if (client !== this.client) return;
        this.#tell("lost", troubleOf(error));
        await pause(backOff(attempt));
      }
    }
  }

  async #begin(client, token) {
    if (client !== this.client) return;
    client.setConfig({
      apiUrl: token.api_url,
      websocketUrl: token.websocket_url,
      websocketPath: token.websocket_path,
      rtcStatsTelemetry: false,
      autoReconnectMedia: true,
    });
    const session = await this.#resumeOrCreate(client, token.token);
    if (client !== this.client) return;
    tabStorage.setItem("session", session);
    this.#renewLater(client, token);
    this.#tell("ready");
  }

  /** The session of before a reload, if there was one: what was missed meanwhile comes with it. */
  async #resumeOrCreate(client, token) {
    const before = tabStorage.getItem("session");
    if (before) {
      try {
        return await within(OPEN_WITHIN, client.createSession(token, before), noSession);
      } catch {
        if (client !== this.client) return null;
        tabStorage.removeItem("session");
      }
    }
    this.dispatchEvent(new Event("fresh"));
    return within(OPEN_WITHIN, client.createSession(token), noSession);
  }

  #token() {
    return within(OPEN_WITHIN, this.#fetchToken(), noToken);
  }

  #renewLater(client, token) {
    clearTimeout(this.#renewal);
    const life = secondsLeft(token.expires_at) * 1000;
    const expires = now() + life;
    this.#renewal = setTimeout(() => this.#renew(client, expires), life * RENEW_AT);
  }

  async #renew(client, expires) {
    try {
      const token = await this.#token();
      await within(OPEN_WITHIN, client.refreshSession(token.token), noSession);
      if (client !== this.client) return;
      this.#renewLater(client, token);
      this.#tell("ready");
    } catch (error) {
      if (client !== this.client) return;
      this.#tell(now() < expires ? "ready" : "lost", troubleOf(error));
      this.#renewal = setTimeout(() => this.#renew(client, expires), RENEW_AGAIN);
    }
  }

  #tell(state, trouble = "") {
    this.dispatchEvent(new CustomEvent("line", { detail: { state, trouble } }));
  }
}

const backOff = (attempt) => BACK_OFF[Math.min(attempt, BACK_OFF.length - 1)];

/** One sentence: it was our server that gave no token, or Vonage that opened no line. */
function troubleOf(error) {
  return error instanceof Refused
    ? "Your phone line could not be renewed, because the server gave no token. It is tried again by itself."
    : "Vonage does not open your phone line. It is tried again by itself.";
}

/** The SDK from this server; it is fetched by the operator, so it may be missing. */
export function loadSdk(url, isPresent) {
  return new Promise((done, fail) => {
    if (window.vonageClientSDK) return done(window.vonageClientSDK);
    if (!isPresent) return fail(new SdkMissing());
    const script = document.createElement("script");
    script.src = url;
    script.addEventListener("load", () => done(window.vonageClientSDK));
    script.addEventListener("error", () => {
      script.remove();
      fail(new Error("The phone software could not be loaded. It is tried again by itself."));
    });
    document.head.append(script);
  });
}
