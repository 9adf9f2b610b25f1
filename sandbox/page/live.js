// What is going on, as the sandbox tells it. When the sandbox is gone, it is asked again and again.

const RETRY_MS = 1000;

/** `tell(kind, data)` gets `picture`, `webhooks`, `requests`, and `connected` true or false. */
export function watch(page, tell) {
  let asked = false;

  function ask() {
    asked = false;
    const source = new EventSource(`/sandbox/live?page=${page}`);
    for (const kind of ["picture", "webhooks", "requests"]) {
      source.addEventListener(kind, (event) => tell(kind, JSON.parse(event.data)));
    }
    source.addEventListener("open", () => tell("connected", true));
    source.addEventListener("error", () => {
      tell("connected", false);
      // The browser asks again by itself, but not after an answer that was an error.
      if (source.readyState === EventSource.CLOSED && !asked) {
        asked = true;
        setTimeout(ask, RETRY_MS);
      }
    });
  }

  ask();
}
