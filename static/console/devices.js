// Which microphone, headset and ring device are used; remembered in this browser.

import { browserStorage } from "./storage.js";

const KINDS = { microphone: "audioinput", headset: "audiooutput", ringer: "audiooutput" };
const NAMES = { microphone: "Microphone", headset: "Loudspeaker", ringer: "Loudspeaker" };

const TROUBLES = {
  NotAllowedError:
    "The browser does not let this page use the microphone. Allow it beside the address, then check again.",
  NotFoundError: "No microphone was found. Plug one in, then check again.",
  NotReadableError: "Another program holds the microphone. Close that program, then check again.",
};

export class MicrophoneMissing extends Error {}

export class Devices extends EventTarget {
  #known = [];

  constructor() {
    super();
    this.canChooseOutput = "setSinkId" in HTMLMediaElement.prototype;
    navigator.mediaDevices?.addEventListener("devicechange", () => this.#changed());
    this.#useChosenMicrophone();
  }

  chosen(name) {
    return browserStorage.getItem(`device-${name}`) ?? "";
  }

  choose(name, id) {
    browserStorage.setItem(`device-${name}`, id);
    this.dispatchEvent(new CustomEvent("chosen", { detail: name }));
  }

  /** The devices to choose from, as {id, label}; the system's own choice comes first. */
  list(name) {
    const all = this.#known.filter((one) => one.kind === KINDS[name]);
    const named = all.filter((one) => one.deviceId && one.deviceId !== "default");
    const found = named.map((one, at) => ({
      id: one.deviceId,
      label: one.label || `${NAMES[name]} ${at + 1}`,
    }));
    return [{ id: "", label: `System’s ${NAMES[name].toLowerCase()}` }, ...found];
  }

  /** What is in use: the chosen device, or the system's if that one is not plugged in. */
  inUse(name) {
    const list = this.list(name);
    return list.find((one) => one.id === this.chosen(name)) ?? list[0];
  }

  async refresh() {
    this.#known = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
    this.dispatchEvent(new Event("list"));
  }

  /** The chosen microphone, open; the caller stops it. MicrophoneMissing says why not. */
  async openMicrophone() {
    if (!navigator.mediaDevices) {
      throw new MicrophoneMissing("Microphones work on https:// and on localhost only.");
    }
    try {
      return await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch (error) {
      throw new MicrophoneMissing(
        TROUBLES[error.name] ??
          "The microphone could not be opened. Plug it in again, then check again.",
      );
    }
  }

  /** Let an audio element play on the chosen headset or ring device. */
  async route(element, name) {
    if (!element || !this.canChooseOutput) return;
    await element.setSinkId(this.inUse(name).id).catch(() => element.setSinkId(""));
  }

  async #changed() {
    const names = Object.keys(KINDS);
    const before = names.map((name) => this.inUse(name));
    await this.refresh();
    names.forEach((name, at) => {
      const now = this.inUse(name);
      if (now.id === before[at].id) return;
      const isBack = this.list(name).some((one) => one.id === before[at].id);
      const detail = { name, isBack, before: before[at].label, now: now.label };
      this.dispatchEvent(new CustomEvent("swapped", { detail }));
    });
  }

  /** The SDK asks for any microphone; here it gets the chosen one, or another if that is gone. */
  #useChosenMicrophone() {
    const media = navigator.mediaDevices;
    if (!media) return;
    const ask = media.getUserMedia.bind(media);
    media.getUserMedia = (wanted) => {
      const id = this.chosen("microphone");
      return ask(
        wanted?.audio === true && id ? { ...wanted, audio: { deviceId: { ideal: id } } } : wanted,
      );
    };
  }
}

/** Tell `hear` when the browser denies the microphone, and when it does not any more. */
export async function permission(hear) {
  const status = await navigator.permissions?.query({ name: "microphone" }).catch(() => null);
  if (!status) return;
  const say = () =>
    hear(
      status.state === "denied"
        ? { state: "bad", why: TROUBLES.NotAllowedError }
        : { state: "unknown", why: "" },
    );
  if (status.state === "denied") say();
  status.addEventListener("change", say);
}

export function stop(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/** A function that says how loud a track is now, 0 to 1; `close` it. */
export function meter(track) {
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: 1024 });
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const level = () => {
    analyser.getFloatTimeDomainData(samples);
    return Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length);
  };
  level.close = () => context.close();
  return level;
}
