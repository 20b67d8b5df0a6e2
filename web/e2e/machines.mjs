// What is done with a second machine on the screens (es-AR), and who is really seen and heard.
import { fill, press, sees, until } from './browser.mjs';

/** The code on the first machine's screen, without its spaces. */
export async function codeOn(page) {
  const shown = await until(page, 'a pairing code', () => document.querySelector('[data-testid=pairing-code]')?.innerText);
  return shown.replaceAll(' ', '');
}

/** Types the code on the second machine. */
export async function join(page, code) {
  await sees(page, 'Unir este equipo');
  await fill(page, 'Código', code);
  await press(page, 'Unir este equipo');
}

/** Waits until the large picture is of this colour in its upper third: 'red', 'green' or 'blue'. */
export function seesColour(page, wanted) {
  return until(page, `a ${wanted} picture`, (name) => {
    const video = document.querySelector('[data-testid=stage-main] video');
    if (!video?.videoWidth) return null;
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 8;
    const context = canvas.getContext('2d');
    context.drawImage(video, 0, 0, video.videoWidth, video.videoHeight / 6, 0, 0, 8, 8);
    const [red, green, blue] = context.getImageData(4, 4, 1, 1).data;
    const strongest = Math.max(red, green, blue);
    const found = { [red]: 'red', [blue]: 'blue', [green]: 'green' }[strongest];
    return strongest > 60 && found === name ? [red, green, blue] : null;
  }, wanted);
}

/** Waits until a voice with this tone arrives, louder than `other`: what the newest connection's audio tracks carry together. */
export function hearsTone(page, tone, other) {
  return until(page, `a voice of ${tone} Hz, not ${other}`, async (wanted, unwanted) => {
    const peer = (globalThis.__peers ?? []).filter((one) => one.connectionState === 'connected').at(-1);
    const tracks = (peer?.getReceivers() ?? []).map((one) => one.track).filter((one) => one.kind === 'audio' && !one.muted);
    if (tracks.length === 0) return null;
    globalThis.__ear ??= new AudioContext();
    await globalThis.__ear.resume();
    const analyser = globalThis.__ear.createAnalyser();
    analyser.fftSize = 8_192;
    for (const track of tracks) globalThis.__ear.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    await new Promise((resolve) => { setTimeout(resolve, 700); });
    const power = new Float32Array(analyser.frequencyBinCount);
    const width = globalThis.__ear.sampleRate / analyser.fftSize;
    let best = [-Infinity, -Infinity];
    // The tone is not always on: the loudest of some moments.
    for (let look = 0; look < 8; look += 1) {
      analyser.getFloatFrequencyData(power);
      const at = (hertz) => Math.max(...power.subarray(Math.round(hertz / width) - 2, Math.round(hertz / width) + 3));
      best = [Math.max(best[0], at(wanted)), Math.max(best[1], at(unwanted))];
      await new Promise((resolve) => { setTimeout(resolve, 90); });
    }
    return best[0] > -70 && best[0] > best[1] + 12 ? best : null;
  }, tone, other);
}

/** Nothing is captured, played or connected on this page. */
export function isQuiet(page) {
  return until(page, 'no connection, no picture, no voice', () =>
    globalThis.__peers.every((peer) => peer.connectionState === 'closed')
      && globalThis.__peers.every((peer) => peer.getSenders().every((sender) => !sender.track || sender.track.readyState === 'ended'))
      && document.querySelectorAll('video, audio').length === 0);
}
