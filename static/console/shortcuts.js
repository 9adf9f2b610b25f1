// Alt+Shift with a letter. A destructive one has to be held.

const HELD = 800; // milliseconds

/** `acts`: letter → what it does; `held`: letter → gives, when pressed, what it does once held. */
export function startShortcuts({ acts, held, isOn }) {
  let timer = null;
  const release = () => {
    clearTimeout(timer);
    timer = null;
  };
  addEventListener("keydown", (event) => {
    if (!event.altKey || !event.shiftKey || event.ctrlKey || event.metaKey || !isOn()) return;
    const key = letterOf(event);
    if (!(key in acts) && !(key in held)) return;
    event.preventDefault();
    if (event.repeat || timer) return;
    if (key in acts) acts[key]();
    else timer = setTimeout(held[key](), HELD);
  });
  addEventListener("keyup", release);
  addEventListener("blur", release);
}

/** The letter on the key; Alt may have made another sign of it, then its place counts. */
function letterOf({ key, code }) {
  if (key === "?" || code === "Slash") return "?";
  return /^[a-z]$/i.test(key) ? key.toUpperCase() : code.replace(/^Key/, "");
}
