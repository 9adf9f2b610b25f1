// How good the line is: figures from the browser every two seconds, kept for five minutes.

const KEPT = 150;
export const EVERY = 2000; // milliseconds
export const LIMITS = { roundTrip: 150, lost: 3, jitter: 30 };

const QUIET = 0.003;
const SILENT = 0.0003;

/** One look at the line: {roundTrip ms, lost %, jitter ms, own 0..1, other 0..1}; null is unknown. */
export class Quality {
  figures = [];
  #before = null;

  reset() {
    this.figures = [];
    this.#before = null;
  }

  async measure(peer) {
    const reports = [...(await peer.getStats()).values()];
    const of = (type) =>
      reports.find((one) => one.type === type && (one.kind ?? "audio") === "audio");
    const pair = reports.find(
      (one) => one.type === "candidate-pair" && one.nominated && one.state === "succeeded",
    );
    const incoming = of("inbound-rtp");
    const trip = of("remote-inbound-rtp")?.roundTripTime ?? pair?.currentRoundTripTime;
    const figure = {
      roundTrip: trip === undefined ? null : Math.round(trip * 1000),
      lost: this.#lost(incoming),
      jitter: incoming ? Math.round(incoming.jitter * 1000) : null,
      own: of("media-source")?.audioLevel ?? null,
      other: incoming?.audioLevel ?? null,
    };
    this.figures = [...this.figures, figure].slice(-KEPT);
    return figure;
  }

  /** Share of packets lost since the last look. */
  #lost(incoming) {
    if (!incoming) return null;
    const before = this.#before ?? { packetsLost: 0, packetsReceived: 0 };
    this.#before = incoming;
    const lost = Math.max(0, incoming.packetsLost - before.packetsLost);
    const all = lost + incoming.packetsReceived - before.packetsReceived;
    return all > 0 ? (100 * lost) / all : null;
  }
}

/** "" while all figures keep their limits, else which do not. */
export function weakness({ roundTrip, lost, jitter }) {
  const over = [];
  if (roundTrip > LIMITS.roundTrip) over.push("slow");
  if (lost > LIMITS.lost) over.push("losing packets");
  if (jitter > LIMITS.jitter) over.push("uneven");
  return over.join(", ");
}

/** The loudest of the last looks, as a word. */
export function loudness(figures, side) {
  const levels = figures
    .slice(-5)
    .map((one) => one[side])
    .filter((level) => level !== null);
  if (!levels.length) return "–";
  const loudest = Math.max(...levels);
  if (loudest < SILENT) return "Silent";
  return loudest < QUIET ? "Quiet" : "Good";
}
