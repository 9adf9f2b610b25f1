// The server's clock, and how times and durations are written.

const UNKNOWN_TRIP = 2000; // milliseconds

let offset = 0; // milliseconds that this computer's clock is behind the server's
let best = Infinity;

/** The server said `iso`, heard at `received` (local milliseconds) after this round trip. */
export function learn(iso, received, roundTrip = UNKNOWN_TRIP) {
  best = best * 1.2 + 1; // the quickest answer knows best, until it is old
  if (roundTrip > best) return;
  best = roundTrip;
  offset = Date.parse(iso) - (received - roundTrip / 2);
}

export const now = () => Date.now() + offset;

/** How many seconds this computer's clock is behind the server's. */
export const behind = () => offset / 1000;

/** 252 seconds are "4:12", 3 672 are "1:01:12". */
export function duration(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const rest = String(whole % 60).padStart(2, "0");
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${rest}`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${rest}`;
}

/** 10 560 seconds are "2 h 56", 840 "14 min", 12 "12 s". */
export function hours(seconds) {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1) return `${Math.floor(seconds)} s`;
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")}`;
}

/** How long it is since then; nothing if it never was. */
export const since = (iso) => (iso ? duration((now() - Date.parse(iso)) / 1000) : "");

export const secondsLeft = (iso) => Math.max(0, (Date.parse(iso) - now()) / 1000);

export const between = (from, to) => duration((Date.parse(to) - Date.parse(from)) / 1000);

const write = (options) => new Intl.DateTimeFormat("en-GB", options);
const exact = write({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
const minute = write({ hour: "2-digit", minute: "2-digit" });

/** Writes days with this kind of month, and the year where it is not this one. */
function dayWriter(month) {
  const near = write({ day: "numeric", month });
  const far = write({ day: "numeric", month, year: "numeric" });
  return (when) => {
    const date = new Date(when);
    const isThisYear = date.getFullYear() === new Date(now()).getFullYear();
    return (isThisYear ? near : far).format(date);
  };
}

/** "20 Nov", or "20 Nov 2024" of another year. */
export const onDay = dayWriter("short");
/** "20 November", or "20 November 2024" of another year. */
export const onLongDay = dayWriter("long");

export const atSecond = (when) => exact.format(new Date(when));
export const atMinute = (when) => minute.format(new Date(when));

const onDayOr = (at) => (when) =>
  onDay(when) === onDay(now()) ? at(when) : `${onDay(when)}, ${at(when)}`;

/** "13:12" today, "20 Nov, 13:12" on another day. */
export const onDayOrAt = onDayOr(atMinute);
/** "13:12:05" today, "20 Nov, 13:12:05" on another day. */
export const onDayOrAtSecond = onDayOr(atSecond);
