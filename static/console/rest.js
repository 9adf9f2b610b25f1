// The way to the server's REST interface, for every page.

const ANSWER_WITHIN = 10_000; // milliseconds

/**
 * The server refused, or did not answer: `unreachable`, or `no_answer`, and then what was asked may
 * have been done all the same. The message is a sentence for people; `fields` says what is wrong
 * with each field that was sent.
 */
export class Refused extends Error {
  constructor(code, message, fields = {}) {
    super(message);
    this.code = code;
    this.fields = fields;
  }
}

/** Ask for what stands at this path; what it says, or Refused. */
export const get = (path) => request(path, {});

/** Send this there; what it answers, or Refused. */
export const send = (method, path, body = {}) =>
  request(path, {
    method,
    headers: { "X-CSRFToken": csrf(), "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });

const csrf = () => document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/)?.[1] ?? "";

async function request(path, options) {
  const signal = AbortSignal.timeout(ANSWER_WITHIN);
  const answer = await reached(fetch(path, { credentials: "same-origin", signal, ...options }));
  if (answer.status === 204) return {};
  if (answer.ok) return reached(answer.json());
  const { error = {} } = await answer.json().catch(() => ({}));
  const { code = "refused", message = "The server refused. Try again.", fields } = error;
  throw new Refused(code, message, fields);
}

const reached = (promise) =>
  promise.catch(({ name }) => {
    throw name === "TimeoutError"
      ? new Refused(
          "no_answer",
          "The server did not answer in time. Look whether it was done before you try again.",
        )
      : new Refused("unreachable", "The server cannot be reached. Try again.");
  });
