// The sound of one call: a connection to the sandbox, with a track that can be exchanged.

const GATHERING_MS = 2000;

export class Line {
  /** `lost()` is called once, when the connection has failed. */
  constructor(track, audio, lost) {
    this.track = track;
    this.connection = new RTCPeerConnection();
    this.sender = this.connection.addTrack(track, new MediaStream([track]));
    this.connection.addEventListener("track", (event) => {
      audio.srcObject = new MediaStream([event.track]);
    });
    this.connection.addEventListener("connectionstatechange", () => {
      if (this.connection.connectionState === "failed") {
        lost();
      }
    });
  }

  /** The offer, with all its candidates. */
  async offer() {
    await this.connection.setLocalDescription();
    await this.gathered();
    return this.connection.localDescription.sdp;
  }

  accept(sdp) {
    return this.connection.setRemoteDescription({ type: "answer", sdp });
  }

  async use(track) {
    track.enabled = this.track.enabled;
    await this.sender.replaceTrack(track);
    this.track.stop();
    this.track = track;
  }

  set muted(muted) {
    this.track.enabled = !muted;
  }

  close() {
    this.track.stop();
    this.connection.close();
  }

  gathered() {
    return new Promise((resolve) => {
      const look = () => this.connection.iceGatheringState === "complete" && resolve();
      this.connection.addEventListener("icegatheringstatechange", look);
      setTimeout(resolve, GATHERING_MS);
      look();
    });
  }
}
