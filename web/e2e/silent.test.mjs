// A microphone that is on and gives nothing (the silent-microphone watcher), and one that the system holds back (O20).
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { open, press, sees, until } from './browser.mjs';
import { look } from './look.mjs';
import * as people from './people.mjs';
import { Server } from './server.mjs';

/** In the page: a microphone with a switch of its own, as headsets have, which the browser is not told of. */
function headset() {
  const devices = navigator.mediaDevices;
  if (!devices) return;
  const real = devices.getUserMedia.bind(devices);
  devices.getUserMedia = async (wanted) => {
    const stream = wanted.video ? await real({ video: wanted.video }) : new MediaStream();
    if (!wanted.audio) return stream;
    const context = new AudioContext();
    const oscillator = context.createOscillator();
    globalThis.__switch = context.createGain();
    const out = context.createMediaStreamDestination();
    oscillator.connect(globalThis.__switch).connect(out);
    oscillator.start();
    [globalThis.__microphone] = out.stream.getAudioTracks();
    stream.addTrack(globalThis.__microphone);
    return stream;
  };
}

describe('a microphone', () => {
  let server;
  let browsers = [];
  before(async () => {
    server = await Server.start();
    browsers = [await open('chromium'), await open('chromium')];
  });
  after(async () => {
    for (const browser of browsers) await browser.close();
    await server?.end();
  });

  test('that is switched off at its cable is told to its person, not when it is muted on the page, and one that the system takes to both', { timeout: 200_000 }, async () => {
    const operator = await browsers[1].page(`${server.origin}/operador`);
    const citizen = await browsers[0].page(server.origin, { prepare: headset });
    await people.intoCall(citizen, operator);
    const told = () => citizen.evaluate(() => document.querySelector('[data-testid=silent-microphone]') !== null);
    assert.equal(await told(), false);
    const switched = (on) => citizen.evaluate((value) => { globalThis.__switch.gain.value = value; }, on ? 1 : 0);
    await citizen.bringToFront();
    await switched(false);
    await sees(citizen, 'No se oye nada de tu micrófono');
    await look(citizen, 'citizen-19-silent');
    await press(citizen, 'Elegir otro micrófono');
    await sees(citizen, 'El cambio es inmediato');
    await citizen.keyboard.press('Escape');
    await press(citizen, 'Silenciar el micrófono');
    await until(citizen, 'nothing told of a muted one', () => !document.querySelector('[data-testid=silent-microphone]'));
    await press(citizen, 'Activar el micrófono');
    await sees(citizen, 'No se oye nada de tu micrófono');
    await switched(true);
    await until(citizen, 'nothing told any more', () => !document.querySelector('[data-testid=silent-microphone]'));

    // As a browser says that the system took it.
    const system = (muted) => citizen.evaluate((value) => {
      Object.defineProperty(globalThis.__microphone, 'muted', { get: () => value, configurable: true });
      globalThis.__microphone.dispatchEvent(new Event(value ? 'mute' : 'unmute'));
    }, muted);
    await system(true);
    await sees(operator, 'Micrófono no disponible: origen y solución');
    await sees(citizen, 'Micrófono no disponible: origen y solución');
    await system(false);
    await until(operator, 'the microphone on', () => document.querySelector('[data-testid=incident-microphone]').innerText.includes('Micrófono activado'));
    assert.deepEqual([citizen.problems, operator.problems], [[], []]);
  });
});
