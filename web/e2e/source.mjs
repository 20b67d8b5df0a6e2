// A camera and a microphone that the page itself makes on one clock, in any browser: each picture carries the moment it was drawn,
// and the tone begins at moments of the same clock. Runs in the page before its own scripts, in place of getUserMedia.

/** Between two beginnings of the tone, in the clock of the sound. */
export const BEAT_MS = 500;
/** The moment of drawing is told modulo 2^16 ms, in two rows of eight squares; the third row is their exclusive or. */
export const CLOCK_MS = 65_536;
/** Where the squares lie in the picture, as parts of its height. */
export const ROWS = { first: 1 / 3, height: 1 / 6 };

/** `colour`: CSS colour of the upper third; `tone`: Hz. */
export function makeSource({ colour, tone, beatMs, clockMs, rows }) {
  const devices = navigator.mediaDevices;
  if (!devices || globalThis.__source) return;
  const DRAW_MS = 40;
  const LOOK_MS = 4;
  // What the tests ask afterwards: [second of the page's clock, page's clock − sound's clock in ms], the least of each second: a block
  // of sound is handed on when its last sample is made, so that is when its samples are heard.
  globalThis.__source = { audio: [], drawn: 0 };
  let made = null;

  function picture() {
    const canvas = document.createElement('canvas');
    canvas.width = 640;
    canvas.height = 480;
    const context = canvas.getContext('2d', { alpha: false });
    const stream = canvas.captureStream(0);
    const [track] = stream.getVideoTracks();
    const draw = () => {
      const now = Math.floor(performance.now()) % clockMs;
      const bytes = [now >> 8, now & 255];
      context.fillStyle = colour;
      context.fillRect(0, 0, 640, 480);
      [...bytes, bytes[0] ^ bytes[1]].forEach((byte, row) => {
        for (let bit = 0; bit < 8; bit += 1) {
          context.fillStyle = (byte >> (7 - bit)) & 1 ? '#fff' : '#000';
          context.fillRect(bit * 80, 480 * (rows.first + row * rows.height), 80, 480 * rows.height);
        }
      });
      // Firefox has it on the stream still.
      (track.requestFrame ? track : stream).requestFrame();
      globalThis.__source.drawn += 1;
    };
    setInterval(draw, DRAW_MS);
    draw();
    return track;
  }

  /** Notes how far the page's clock is ahead of the sound's. */
  function watch(soundMs, also = () => {}) {
    setInterval(() => {
      const at = performance.now();
      const [second, offset] = [Math.floor(at / 1_000), at - soundMs()];
      const last = globalThis.__source.audio.at(-1);
      if (last?.[0] === second) last[1] = Math.min(last[1], offset);
      else globalThis.__source.audio.push([second, offset]);
      also();
    }, LOOK_MS);
  }

  function sound() {
    const context = new AudioContext({ latencyHint: 'interactive', sampleRate: 48_000 });
    const oscillator = context.createOscillator();
    const gain = context.createGain();
    const out = context.createMediaStreamDestination();
    oscillator.frequency.value = tone;
    gain.gain.value = 0;
    oscillator.connect(gain).connect(out);
    oscillator.start();
    let planned = 0;
    const nowMs = () => context.currentTime * 1_000;
    watch(nowMs, () => {
      for (planned = Math.max(planned, Math.ceil(nowMs() / beatMs)); planned * beatMs < nowMs() + 2 * beatMs; planned += 1) {
        gain.gain.setValueAtTime(0.5, (planned * beatMs) / 1_000);
        gain.gain.setValueAtTime(0, (planned * beatMs) / 1_000 + 0.2);
      }
    });
    return out.stream.getAudioTracks()[0];
  }

  /** In Firefox an AudioContext stands still where there is no sound card; a player does not, and its sound can be taken. */
  async function playedSound() {
    const [rate, seconds] = [16_000, 240];
    const samples = new Int16Array(rate * seconds);
    for (let index = 0; index < samples.length; index += 1) {
      if (((index * 1_000) / rate) % beatMs < 200) samples[index] = 16_000 * Math.sin((2 * Math.PI * tone * index) / rate);
    }
    const head = new DataView(new ArrayBuffer(44));
    // RIFF, WAVE, one channel of 16 bits, little endian.
    [[0, 0x52494646], [8, 0x57415645], [12, 0x666d7420], [36, 0x64617461]].forEach(([at, word]) => head.setUint32(at, word));
    [[4, 36 + samples.byteLength], [16, 16], [24, rate], [28, rate * 2], [40, samples.byteLength]].forEach(([at, word]) => head.setUint32(at, word, true));
    [[20, 1], [22, 1], [32, 2], [34, 16]].forEach(([at, word]) => head.setUint16(at, word, true));
    const player = new Audio(URL.createObjectURL(new Blob([head, samples], { type: 'audio/wav' })));
    const stream = player.mozCaptureStream();
    await player.play();
    watch(() => player.currentTime * 1_000);
    return stream.getAudioTracks()[0];
  }

  devices.getUserMedia = async ({ audio, video } = {}) => {
    made ??= { camera: picture(), microphone: 'mozCaptureStream' in Audio.prototype ? await playedSound() : sound() };
    return new MediaStream([...(audio ? [made.microphone.clone()] : []), ...(video ? [made.camera.clone()] : [])]);
  };
}
