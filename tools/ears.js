// What a page hears and says is measured in the page itself. Loaded before the page's own scripts.
(() => {
  if (!navigator.mediaDevices) return; // about:blank

  const RawConnection = window.RTCPeerConnection;
  const ears = [];
  let context = null;

  // Chromium's noise suppression takes a steady tone for noise and removes it.
  const devices = navigator.mediaDevices;
  const raw = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
  const getUserMedia = devices.getUserMedia.bind(devices);
  devices.getUserMedia = (wanted) =>
    getUserMedia({ ...wanted, audio: wanted.audio && { ...wanted.audio, ...raw } });

  const listen = (track) => {
    context ??= new AudioContext();
    const analyser = context.createAnalyser();
    analyser.fftSize = 32768;
    analyser.smoothingTimeConstant = 0;
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    ears.push({ track, analyser });
  };

  window.RTCPeerConnection = class extends RawConnection {
    constructor(...given) {
      super(...given);
      this.addEventListener("track", ({ track }) => listen(track));
      this.addEventListener("connectionstatechange", () => this.deafenIfClosed());
    }

    close() {
      super.close();
      this.deafenIfClosed();
    }

    deafenIfClosed() {
      if (this.connectionState !== "closed") return;
      const gone = this.getReceivers().map((receiver) => receiver.track);
      for (let at = ears.length - 1; at >= 0; at--) {
        if (gone.includes(ears[at].track)) ears.splice(at, 1);
      }
    }
  };

  const measured = (analyser) => {
    const samples = new Float32Array(analyser.fftSize);
    analyser.getFloatTimeDomainData(samples);
    const spectrum = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(spectrum);
    const width = analyser.context.sampleRate / analyser.fftSize;
    const rms = Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length);
    return { rms, width, spectrum };
  };

  // The newest sound that still comes in: {rms 0-1, peak_hz, levels in dB of the asked tones}.
  window.heardSound = async (tones) => {
    const ear = ears.findLast(({ track }) => track.readyState === "live");
    if (!ear) return { rms: 0, peak_hz: 0, levels: tones.map(() => -200) };
    await context.resume();
    const { rms, width, spectrum } = measured(ear.analyser);
    const loudest = spectrum.indexOf(Math.max(...spectrum));
    const near = (hz) => spectrum.slice(Math.floor((hz - 15) / width), Math.ceil((hz + 15) / width));
    const levels = tones.map((hz) => Math.max(-200, ...near(hz)));
    return { rms, peak_hz: loudest * width, levels };
  };
})();
