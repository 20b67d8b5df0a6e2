// A person before a wall of fine squares, as a camera that any browser can have: what is a person and what is a room is known.
// The picture is NASA's portrait of Eileen Collins, in the public domain (portrait.ppm.gz, 128×72).
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { until } from './browser.mjs';

const { width, height, rgb } = read();

function read() {
  const bytes = gunzipSync(readFileSync(new URL('./portrait.ppm.gz', import.meta.url)));
  const [, w, h] = /^P6\n(\d+) (\d+)\n255\n/.exec(bytes.toString('latin1', 0, 20)) ?? [];
  return { width: Number(w), height: Number(h), rgb: bytes.subarray(bytes.length - w * h * 3).toString('base64') };
}

/** Parts of the picture: squares of the room, and of the face. */
export const WALL = { x: 0.76, y: 0.3, w: 0.22, h: 0.6 };
export const FACE = { x: 0.38, y: 0.12, w: 0.14, h: 0.3 };

/** For `prepare` of a page: a camera that sees her. */
export function portrait() {
  const data = JSON.stringify({ width, height, rgb, wall: WALL });
  return `(${paint})(${data})`;
}

/** In the page: also keeps which tracks were ever given to a connection. */
function paint({ width: w, height: h, rgb: base64, wall }) {
  globalThis.__given = [];
  const { replaceTrack } = RTCRtpSender.prototype;
  const { addTransceiver } = RTCPeerConnection.prototype;
  RTCRtpSender.prototype.replaceTrack = function replaced(track) {
    globalThis.__given.push(track);
    return replaceTrack.call(this, track);
  };
  RTCPeerConnection.prototype.addTransceiver = function added(track, options) {
    globalThis.__given.push(track);
    return addTransceiver.call(this, track, options);
  };
  globalThis.__raw = [];
  const devices = navigator.mediaDevices;
  if (!devices) return;
  const real = devices.getUserMedia.bind(devices);
  let camera = null;
  function open() {
    const person = document.createElement('canvas');
    [person.width, person.height] = [w, h];
    const pixels = new ImageData(w, h);
    const bytes = atob(base64);
    for (let i = 0; i < w * h; i += 1) {
      for (let c = 0; c < 3; c += 1) pixels.data[i * 4 + c] = bytes.charCodeAt(i * 3 + c);
      pixels.data[i * 4 + 3] = 255;
    }
    person.getContext('2d').putImageData(pixels, 0, 0);
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [640, 360];
    const context = canvas.getContext('2d', { alpha: false });
    let count = 0;
    setInterval(() => {
      count += 1;
      context.drawImage(person, 0, 0, 640, 360);
      for (let y = 0; y < wall.h * 360; y += 8) {
        for (let x = 0; x < wall.w * 640; x += 8) {
          context.fillStyle = (x + y + 8 * (count >> 4)) & 8 ? '#eee' : '#222';
          context.fillRect(wall.x * 640 + x, wall.y * 360 + y, 8, 8);
        }
      }
    }, 50);
    return canvas.captureStream().getVideoTracks()[0];
  }
  devices.getUserMedia = async (wanted) => {
    const stream = wanted.audio ? await real({ audio: wanted.audio }) : new MediaStream();
    if (wanted.video) {
      camera ??= open();
      const track = camera.clone();
      globalThis.__raw.push(track);
      stream.addTrack(track);
    }
    return stream;
  };
}

/** In the page: how much neighbours differ in a part of the large picture, 0 to 255, and how bright it is. */
export function looked({ x, y, w, h }) {
  const video = document.querySelector('.stage-main video');
  if (!video?.videoWidth) return null;
  const canvas = new OffscreenCanvas(640, 360);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  context.drawImage(video, 0, 0, 640, 360);
  const [wide, tall] = [Math.round(w * 640), Math.round(h * 360)];
  const { data } = context.getImageData(Math.round(x * 640), Math.round(y * 360), wide, tall);
  let [sum, light] = [0, 0];
  for (let row = 0; row < tall; row += 1) {
    for (let column = 8; column < wide; column += 1) {
      const at = (row * wide + column) * 4 + 1;
      sum += Math.abs(data[at] - data[at - 32]);
      light += data[at];
    }
  }
  const count = tall * (wide - 8);
  return { edges: sum / count, light: light / count };
}

/** Waits until the wall is seen as it is, or blurred. */
export function wallIs(page, how) {
  return until(page, `the wall ${how}`, new Function('part', 'how', `
    const seen = (${looked})(part);
    return seen && (how === 'sharp' ? seen.edges > 60 : seen.edges < 20) ? seen : null;`), WALL, how);
}
