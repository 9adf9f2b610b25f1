// The name of this tab. A reload keeps it; a duplicated tab, which inherits its storage, gets a new one.

import { tabStorage } from "./storage.js";

const PATIENCE = 500; // milliseconds; a reloaded page may still be letting go of its lock

const fresh = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");

/** Hold the lock of this name as long as the page lives; false if another page has it. */
function hold(name) {
  // On plain http there are no locks; nor is there a microphone, so two tabs of one name do no harm.
  if (!navigator.locks) return true;
  return new Promise((done) => {
    const held = () => {
      done(true);
      return new Promise(() => {}); // until the page is gone
    };
    navigator.locks
      .request(`console-tab-${name}`, { signal: AbortSignal.timeout(PATIENCE) }, held)
      .catch(() => done(false));
  });
}

export async function nameOfTab() {
  let name = tabStorage.getItem("tab");
  if (!name || !(await hold(name))) {
    name = fresh();
    tabStorage.setItem("tab", name);
    tabStorage.removeItem("session");
    await hold(name);
  }
  return name;
}
