// The name of this tab. A reload keeps it; a duplicated tab, which inherits its storage, gets a new one.

const PATIENCE = 500; // milliseconds; a reloaded page may still be letting go of its lock

const fresh = () => crypto.randomUUID();

/** Hold the lock of this name as long as the page lives; false if another page has it. */
function hold(name) {
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
  let name = sessionStorage.getItem("tab");
  if (!name || !(await hold(name))) {
    name = fresh();
    sessionStorage.setItem("tab", name);
    sessionStorage.removeItem("session");
    await hold(name);
  }
  return name;
}
