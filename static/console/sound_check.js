// Sounds of the checks: a tone, and one's own voice played back.

const TONE = { hz: 440, seconds: 1, volume: 0.2 };
const RECORDED = 2000; // milliseconds
const STEP = 100;

const played = (audio) =>
  new Promise((done) => audio.addEventListener("ended", done, { once: true }));

/** A second of tone in the headset. */
export async function playTone(devices) {
  const context = new AudioContext();
  const out = context.createMediaStreamDestination();
  const tone = new OscillatorNode(context, { frequency: TONE.hz });
  tone.connect(new GainNode(context, { gain: TONE.volume })).connect(out);
  const audio = new Audio();
  audio.srcObject = out.stream;
  await devices.route(audio, "headset");
  tone.start();
  await audio.play();
  tone.stop(context.currentTime + TONE.seconds);
  await new Promise((done) => tone.addEventListener("ended", done));
  audio.pause();
  await context.close();
}

/** Record two seconds of the microphone, call `recorded`, and play them in the headset. */
export async function listenTo(stream, devices, progress, recorded) {
  const recorder = new MediaRecorder(stream);
  const parts = [];
  recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
  const stopped = new Promise((done) => recorder.addEventListener("stop", done));
  const begun = performance.now();
  const steps = setInterval(
    () => progress(Math.min(1, (performance.now() - begun) / RECORDED)),
    STEP,
  );
  recorder.start();
  setTimeout(() => recorder.stop(), RECORDED);
  await stopped;
  clearInterval(steps);
  recorded();
  const url = URL.createObjectURL(new Blob(parts, { type: recorder.mimeType }));
  const audio = new Audio(url);
  await devices.route(audio, "headset");
  const end = played(audio);
  await audio.play();
  await end;
  URL.revokeObjectURL(url);
}
