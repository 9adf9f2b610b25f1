// Times that run: every element with data-since (milliseconds since the epoch) counts from there.

export function span(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] ? parts : parts.slice(1);
  return shown.map((part, place) => (place ? String(part).padStart(2, "0") : part)).join(":");
}

export function timeOfDay(milliseconds) {
  return new Date(milliseconds).toLocaleTimeString("en-GB");
}

export function tick() {
  const now = Date.now();
  for (const element of document.querySelectorAll("[data-since]")) {
    const words = span(now - Number(element.dataset.since));
    if (element.textContent !== words) {
      element.textContent = words;
    }
  }
}
