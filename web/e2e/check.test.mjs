// The device check with its loopback, and a turn that moves to another device by its link and by a click (C17, C18).
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { open, press, sees, until } from './browser.mjs';
import { flows } from './media.mjs';
import * as people from './people.mjs';
import { Server } from './server.mjs';

const GOOD = 'Tu conexión es buena';

describe('before the call, and beside it', () => {
  // One for each test: an operator has one visit at a time.
  let server;
  beforeEach(async () => { server = await Server.start(); });
  afterEach(async () => { await server?.end(); });

  const withBrowsers = (work) => async (context) => {
    const browsers = [];
    try {
      await work(async (kind) => {
        const browser = await open(kind);
        browsers.push(browser);
        return browser;
      }, context);
    } finally {
      for (const browser of browsers) await browser.close();
    }
  };

  for (const kind of ['chromium', 'firefox']) {
    test(`${kind} shows oneself as the office's server gives it back, and the operator is told of the line`, { timeout: 120_000 }, withBrowsers(async (opened, context) => {
      const citizen = await (await opened(kind)).page(server.origin);
      await people.chooseService(citizen, 'Automotor', 'Libre deuda');
      await people.fillForm(citizen);
      await press(citizen, 'Probar cámara y micrófono');
      await sees(citizen, 'Estamos probando tu conexión');
      const width = await until(citizen, 'oneself from the server', () => {
        const video = document.querySelector('video[aria-label*="de vuelta desde el servidor"]');
        return video && video.videoWidth > 0 && video.currentTime > 1 ? video.videoWidth : null;
      });
      assert.ok(width >= 160, `${width} px`);
      await press(citizen, 'Escucharme');
      await until(citizen, 'one\'s own voice played', () => {
        const audio = document.querySelector('audio');
        return audio && !audio.paused && audio.currentTime > 0.5;
      });
      await press(citizen, 'Dejar de escucharme');
      await sees(citizen, GOOD);
      const facts = await until(citizen, 'the figures', () => document.body.innerText.match(/Camino directo\. Pérdida: (\d+) %\. (\d+) kbit\/s/)?.slice(1));
      context.diagnostic(`${kind}: ${facts.join(' % lost, ')} kbit/s`);
      await press(citizen, 'Continuar');
      await press(citizen, 'Confirmar');
      await sees(citizen, 'Sala de espera');
      const operator = await (await opened('chromium')).page(`${server.origin}/operador`);
      await people.signIn(operator, ...people.OPERATOR);
      await people.seek(operator);
      await sees(operator, 'Se le ha asignado un contribuyente');
      await sees(operator, 'Prueba de conexión');
      await sees(operator, 'Buena');
    }));
  }

  test('a call moves to the telephone by the link, and the computer is shut out', { timeout: 180_000 }, withBrowsers(async (opened) => {
    const computer = await (await opened('chromium')).page(server.origin);
    const operator = await (await opened('chromium')).page(`${server.origin}/operador`);
    await people.signIn(operator, ...people.OPERATOR);
    await people.takeTurn(computer);
    await people.seek(operator);
    await people.start(operator);
    await people.accept(computer);
    await people.admit(operator);
    await flows(computer);
    await people.chooseEntry(computer, 'Seguir en otro dispositivo');
    const link = await until(computer, 'the link', () => document.body.innerText.match(/https?:\/\/\S+#mover=\S+/)?.[0]);
    const phone = await (await opened('firefox')).page(link, { width: 360, height: 740 });
    await press(phone, 'Seguir acá');
    await sees(phone, 'Hablás con Lucía');
    assert.equal(await phone.evaluate(() => location.hash), '', 'the secret stays in no history');
    await flows(phone);
    await flows(operator);
    await sees(computer, 'Seguís en otro lugar');
    await press(computer, 'Mover aquí');
    await sees(computer, 'Seleccioná la categoría');
    const late = await (await opened('chromium')).page(link);
    await press(late, 'Seguir acá');
    await sees(late, 'El enlace ya no sirve');
    await sees(phone, 'Se está grabando');
  }));

  test('a second tab takes the turn by a click', { timeout: 120_000 }, withBrowsers(async (opened) => {
    const browser = await opened('chromium');
    const first = await browser.page(server.origin);
    await people.takeTurn(first);
    const second = await browser.page(server.origin);
    await sees(second, 'Ya hay una sesión en otro dispositivo');
    await press(second, 'Mover aquí');
    await sees(second, 'Sala de espera');
    await sees(first, 'Seguís en otro lugar');
  }));
});
