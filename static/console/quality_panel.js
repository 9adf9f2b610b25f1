// The panel "Line quality" and its spark line.

import { byId, fill, icon, redraw, setAttribute, show } from "./dom.js";
import { EVERY, LIMITS, loudness, Quality, weakness } from "./quality.js";

const WIDTH = 300;
const HEIGHT = 40;
const LIMIT_AT = 8; // from the top

const shown = (value, unit, digits = 0) =>
  value === null ? "–" : `${value.toFixed(digits)} ${unit}`;

export class QualityPanel {
  #store;
  #phone;
  #quality = new Quality();
  #timer = null;

  constructor({ store, phone }) {
    this.#store = store;
    this.#phone = phone;
    store.addEventListener("change", () => this.#follow());
  }

  #follow() {
    const { sound } = this.#store;
    const runs = sound.media !== "none";
    show(byId("quality"), runs);
    if (runs && !this.#timer) this.#start();
    else if (!runs && this.#timer) this.#stop();
    if (sound.media === "reconnecting" || sound.media === "lost")
      this.#badge("danger", "signal-off", "No line");
  }

  #start() {
    this.#quality.reset();
    this.#badge("info", "refresh", "Measuring");
    this.#timer = setInterval(() => this.#look(), EVERY);
  }

  #stop() {
    clearInterval(this.#timer);
    this.#timer = null;
  }

  async #look() {
    const { peer } = this.#phone;
    if (!peer || this.#store.sound.media !== "live") return;
    this.#draw(await this.#quality.measure(peer));
  }

  #draw(figure) {
    const { figures } = this.#quality;
    const weak = weakness(figure);
    this.#badge(weak ? "warn" : "ok", weak ? "alert" : "signal", weak ? `Weak: ${weak}` : "Good");
    fill(byId("quality"), {
      round_trip: shown(figure.roundTrip, "ms"),
      lost: shown(figure.lost, "%", 1),
      jitter: shown(figure.jitter, "ms"),
      own: this.#store.sound.muted ? "Muted" : loudness(figures, "own"),
      other: loudness(figures, "other"),
    });
    this.#spark(figures.map((one) => one.roundTrip).filter((trip) => trip !== null));
  }

  #badge(kind, name, word) {
    const badge = byId("quality-badge");
    setAttribute(badge, "class", `badge badge-${kind}`);
    redraw(badge, [kind, word], () => [icon(name), word]);
  }

  #spark(trips) {
    if (trips.length < 2) return;
    const step = WIDTH / (trips.length - 1);
    const high = (trip) => Math.max(1, HEIGHT - (trip / LIMITS.roundTrip) * (HEIGHT - LIMIT_AT));
    const points = trips
      .map((trip, at) => `${(at * step).toFixed(1)} ${high(trip).toFixed(1)}`)
      .join(" ");
    const spark = byId("quality-spark");
    setAttribute(spark.querySelector(".linee"), "d", `M${points}`);
    setAttribute(spark.querySelector(".area"), "d", `M0 ${HEIGHT}L${points} ${WIDTH} ${HEIGHT}Z`);
    const [least, most] = [Math.min(...trips), Math.max(...trips)];
    setAttribute(
      spark,
      "aria-label",
      `Round trip of this call, between ${least} and ${most} milliseconds, limit ${LIMITS.roundTrip}`,
    );
  }
}
