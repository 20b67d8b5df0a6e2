// Incidents (O20, C29, C31): four states of each device told apart on both screens, with their remedy; what the operator asks is
// only asked, and nothing that a server can say switches a device on.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { open, press, sees, until } from './browser.mjs';
import { flows } from './media.mjs';
import * as people from './people.mjs';
import { Server } from './server.mjs';

/** Keeps the page's sockets at hand, so that the test can speak with the server's voice, and counts askings for devices. */
function listen() {
  const Real = globalThis.WebSocket;
  globalThis.__sockets = [];
  globalThis.WebSocket = class extends Real {
    constructor(...args) {
      super(...args);
      globalThis.__sockets.push(this);
      this.addEventListener('message', ({ data }) => {
        const message = JSON.parse(data);
        if (message.type === 'visit') globalThis.__view = message.view;
      });
    }
  };
  globalThis.__asked = 0;
  const media = navigator.mediaDevices;
  const real = media.getUserMedia.bind(media);
  media.getUserMedia = (wanted) => {
    globalThis.__asked += 1;
    if (globalThis.__denied) return Promise.reject(new DOMException('no', globalThis.__denied));
    return real(wanted);
  };
}

describe('incidents', () => {
  let server;
  beforeEach(async () => { server = await Server.start(); });
  afterEach(async () => { await server?.end(); });

  for (const kinds of [['chromium', 'firefox'], ['firefox', 'chromium']]) {
    test(`a citizen in ${kinds[0]} is asked, says no, then yes; every state is told with its remedy`, { timeout: 240_000 }, async () => {
      const browsers = [];
      try {
        for (const kind of kinds) browsers.push(await open(kind));
        const citizen = await browsers[0].page(server.origin, { prepare: listen });
        const operator = await browsers[1].page(`${server.origin}/operador`);
        await inCall(citizen, operator);
        await press(citizen, 'Apagar la cámara');
        await sees(operator, 'Cámara apagada: origen y solución');
        await opened(operator, 'Cámara apagada: origen y solución');
        await sees(operator, 'El usuario ha accedido a la sala sin haber activado la cámara');
        await press(operator, 'Preguntar para iniciar vídeo');
        await sees(citizen, 'El operador te pide activar la cámara.');
        assert.deepEqual(await enabled(citizen), { video: false, audio: true }, 'asked is not switched on');
        await press(citizen, 'Ahora no');
        await sees(operator, 'Respondió: “Ahora no”.');
        assert.equal((await enabled(citizen)).video, false);
        await press(operator, 'Preguntar para iniciar vídeo');
        await press(citizen, 'Iniciar mi video');
        await until(operator, 'the camera on', () => document.querySelector('[data-testid=incident-camera]').innerText.includes('Cámara encendida'));
        await flows(operator);

        await press(citizen, 'Silenciar el micrófono');
        await sees(operator, 'Micrófono silenciado: origen y solución');
        await press(operator, 'Re-Iniciar Audio');
        await press(citizen, 'Cancelar silenciar ahora');
        await until(operator, 'the microphone on', () => document.querySelector('[data-testid=incident-microphone]').innerText.includes('Micrófono activado'));
        assert.deepEqual(await enabled(citizen), { video: true, audio: true });

        for (const [error, camera, microphone, remedy] of [
          ['NotFoundError', 'Sin cámara', 'Sin micrófono', 'no es posible prestarle el servicio mientras no disponga de cámara'],
          ['NotAllowedError', 'Cámara bloqueada', 'Micrófono bloqueado', 'permita la cámara junto a la dirección de la página'],
        ]) {
          await citizen.evaluate((name) => { globalThis.__denied = name; }, error);
          await choose(citizen, 'Actualizar video y sonido');
          await sees(operator, `${camera}: origen y solución`);
          await sees(operator, `${microphone}: origen y solución`);
          await opened(operator, `${camera}: origen y solución`);
          await sees(operator, remedy);
          await sees(citizen, `${camera}: origen y solución`);
          await sees(citizen, 'recordá que es obligatoria');
        }
        await opened(operator, 'Frases rápidas');
        await press(operator, 'No es posible prestarle el servicio');
        await people.read(citizen, 'No es posible prestarle el servicio mientras no disponga de cámara: compruébela y vuelva a acceder.');
        await citizen.evaluate(() => { globalThis.__denied = null; });
        await press(citizen, 'Cámara bloqueada');
        await until(operator, 'the camera on', () => document.querySelector('[data-testid=incident-camera]').innerText.includes('Cámara encendida'));
        await flows(operator);
        await people.endMeeting(operator);
        await people.close(operator);
      } finally {
        for (const browser of browsers) await browser.close();
      }
    });
  }

  test('whatever the server says, no device is switched on without a click', { timeout: 240_000 }, async () => {
    const browsers = [await open('chromium'), await open('chromium')];
    try {
      const citizen = await browsers[0].page(server.origin, { prepare: listen });
      const operator = await browsers[1].page(`${server.origin}/operador`);
      await inCall(citizen, operator);
      await press(citizen, 'Apagar la cámara');
      await press(citizen, 'Silenciar el micrófono');
      await sees(operator, 'Micrófono silenciado');
      const asked = await citizen.evaluate(() => globalThis.__asked);
      const view = await citizen.evaluate(() => globalThis.__view);
      assert.equal(view.step.state, 'in_call');
      const on = { ...view, step: { ...view.step, participants: view.step.participants.map((one) => ({ ...one, devices: { camera: 'on', microphone: 'on' } })) } };
      const all = [
        ...['camera', 'microphone'].map((device) => ({ type: 'asked', device })),
        { type: 'visit', view: on },
        { type: 'live_text', line: { from: 2, text: 'encienda' } },
        { type: 'chat', line: { number: 9, from: 2, text: 'encienda', at_ms: 1, live: true } },
        { type: 'chat_history', lines: [] },
        { type: 'slots', slots: [] },
        { type: 'pong', nonce: 1, now_ms: 1 },
        { type: 'relay', relay: { urls: [], username: '', credential: '' } },
        { type: 'answer', attempt: 99, sdp: '', restart: '' },
        ...['devices', 'share_screen', 'chat', 'ask_for'].map((about) => ({ type: 'refused', refusal: { code: 'out_of_order', about, found: '', allowed: '' } })),
        // Types that no server of ours has.
        { type: 'enable', device: 'camera' }, { type: 'unmute' }, { type: 'devices', devices: { camera: 'on', microphone: 'on' } },
      ];
      for (const message of all) {
        await citizen.evaluate((said) => {
          globalThis.__sockets.at(-1).onmessage({ data: JSON.stringify(said) });
        }, message).catch(() => undefined);
        assert.deepEqual(await enabled(citizen), { video: false, audio: false }, JSON.stringify(message).slice(0, 60));
      }
      assert.equal(await citizen.evaluate(() => globalThis.__asked), asked, 'no device was asked for');
    } finally {
      for (const browser of browsers) await browser.close();
    }
  });
});

async function inCall(citizen, operator) {
  await people.intoCall(citizen, operator);
  await flows(citizen);
  await flows(operator);
}

/** Whether the tracks that the page sends are switched on. */
function enabled(page) {
  return page.evaluate(() => Object.fromEntries(globalThis.__peers.at(-1).getSenders().filter((one) => one.track).map((one) => [one.track.kind, one.track.enabled])));
}

/** Opens a piece of help, unless it is open. */
async function opened(page, summary) {
  await until(page, `«${summary}» opened`, (words) => {
    const found = [...document.querySelectorAll('summary')].find((one) => one.innerText.trim().startsWith(words));
    if (found && !found.parentElement.open) found.click();
    return found?.parentElement.open;
  }, summary);
}

async function choose(page, name) {
  await press(page, 'Menú');
  await until(page, `the entry «${name}»`, (wanted) => {
    const found = [...document.querySelectorAll('[role=menuitem]')].find((one) => one.innerText.trim() === wanted);
    found?.click();
    return Boolean(found);
  }, name);
}
