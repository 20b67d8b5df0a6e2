// Background blur (C30): what the other side sees of the room and of the person; that the raw camera is never sent while the room is
// to be blurred; what happens when blurring is slow or dies.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { open, press, sees, until } from './browser.mjs';
import { look } from './look.mjs';
import { flows, received } from './media.mjs';
import * as people from './people.mjs';
import { FACE, looked, portrait, wallIs } from './portrait.mjs';
import { Server } from './server.mjs';

const BLUR = 'Desenfocar el fondo';
/** Of this server, or of no server at all. */
const OWN = /^(http|ws):\/\/127\.0\.0\.1:|^(data|blob|about):/;
const UNBLUR = 'Quitar el desenfoque del fondo';

describe('background', () => {
  let server;
  beforeEach(async () => { server = await Server.start(); });
  afterEach(async () => { await server?.end(); });

  async function withCall(kinds, run) {
    const browsers = [];
    try {
      for (const kind of kinds) browsers.push(await open(kind));
      const citizen = await browsers[0].page(server.origin, { prepare: portrait() });
      const operator = await browsers[1].page(`${server.origin}/operador`);
      const asked = [];
      citizen.on('request', (request) => asked.push(request.url()));
      await people.intoCall(citizen, operator);
      await wallIs(operator, 'sharp');
      await run({ citizen, operator, browsers, asked });
      assert.deepEqual([citizen.problems, operator.problems], [[], []]);
      assert.deepEqual(asked.filter((url) => !OWN.test(url)), [], 'nothing is asked of anybody else');
    } finally {
      for (const browser of browsers) await browser.close();
    }
  }

  for (const kinds of [['chromium', 'firefox'], ['firefox', 'chromium']]) {
    test(`of a citizen in ${kinds[0]} is blurred, lifted for a document, and shown again`, { timeout: 240_000 }, (context) => withCall(kinds, async ({ citizen, operator, browsers, asked }) => {
      const face = await operator.evaluate(looked, FACE);
      await people.chooseEntry(citizen, BLUR);
      const wall = await wallIs(operator, 'blurred');
      const now = await operator.evaluate(looked, FACE);
      context.diagnostic(JSON.stringify({ wall, face, now }));
      assert.ok(Math.abs(now.light - face.light) < 12, `the face is as bright as before: ${JSON.stringify({ face, now })}`);
      assert.equal(await givesRaw(citizen), false);
      await flows(operator);

      // Who looks at another tab is seen all the same.
      const other = await browsers[0].page('about:blank');
      await other.bringToFront();
      const before = await received(operator);
      await new Promise((resolve) => { setTimeout(resolve, 5_000); });
      const after = await received(operator);
      context.diagnostic(`${kinds[0]}, behind another tab: ${(after.frames - before.frames) / 5} pictures a second`);
      assert.ok(after.frames > before.frames, 'pictures go on in the background');
      await wallIs(operator, 'blurred');
      await other.close();
      await citizen.bringToFront();

      await press(operator, 'Ver documento');
      await sees(citizen, 'el fondo se ve sin desenfocar');
      await wallIs(operator, 'sharp');
      await press(operator, 'Tomar imagen');
      await sees(operator, 'La imagen quedó guardada con la atención.');
      await press(operator, 'Dejar de ver el documento');
      await wallIs(operator, 'blurred');

      await people.chooseEntry(citizen, UNBLUR);
      await wallIs(operator, 'sharp');
      assert.equal(await givesRaw(citizen), true);
      context.diagnostic(`asked for since the page was opened: ${asked.filter((url) => /worker|tflite/.test(url))}`);
    }));
  }

  test('is kept on the device: after a reload the raw camera is given to nothing', { timeout: 240_000 }, () => withCall(['chromium', 'chromium'], async ({ citizen, operator }) => {
    await people.chooseEntry(citizen, BLUR);
    await wallIs(operator, 'blurred');
    await press(citizen, 'Apagar la cámara');
    await sees(operator, 'Cámara apagada');
    await press(citizen, 'Encender la cámara');
    await wallIs(operator, 'blurred');
    await people.chooseEntry(citizen, 'Actualizar video y sonido');
    await flows(operator);
    await wallIs(operator, 'blurred');
    await citizen.reload();
    await sees(citizen, 'Se está grabando');
    await flows(operator);
    await wallIs(operator, 'blurred');
    const given = await citizen.evaluate(() => ({
      tracks: globalThis.__given.filter((one) => one instanceof MediaStreamTrack && one.kind === 'video').length,
      raw: globalThis.__given.filter((one) => globalThis.__raw.includes(one)).length,
    }));
    assert.ok(given.tracks > 0, 'a picture is given');
    assert.equal(given.raw, 0, 'never the raw one');
  }));

  test('another camera while blurred, of operator and citizen: never the raw one', { timeout: 240_000 }, async () => {
    const browsers = [await open('chromium', { more: DEVICES }), await open('chromium', { more: DEVICES })];
    try {
      const citizen = await browsers[0].page(server.origin);
      const operator = await browsers[1].page(`${server.origin}/operador`);
      await people.intoCall(citizen, operator);
      for (const [page, other] of [[citizen, operator], [operator, citizen]]) {
        const first = await until(page, 'the camera being sent', sentDevice);
        await people.chooseEntry(page, 'Cámara, micrófono y parlante');
        await page.select('#background', 'blurred');
        await until(page, 'a picture that is no device', () => globalThis.__peers.at(-1).getSenders().some((one) => one.track instanceof CanvasCaptureMediaStreamTrack));
        const before = await page.evaluate(sentTrack);
        const second = await until(page, 'a second camera', (current) => [...document.getElementById('device-camera').options].map((one) => one.value)
          .findLast((one) => one !== '' && one !== current), first);
        await page.select('#device-camera', second);
        await until(page, 'the other camera, blurred', (track) => {
          const sent = globalThis.__peers.at(-1).getSenders().find((one) => one.track?.kind === 'video')?.track;
          return sent && sent.id !== track && sent instanceof CanvasCaptureMediaStreamTrack;
        }, before);
        assert.equal(await page.evaluate(() => document.getElementById('device-camera').value), second);
        await flows(other);
        await page.select('#background', 'none');
        assert.equal(await until(page, 'the other camera as it is', sentDevice), second);
        await page.keyboard.press('Escape');
      }
    } finally {
      for (const browser of browsers) await browser.close();
    }
  });

  for (const [how, harm, words] of [
    ['dies', () => close(), 'El desenfoque dejó de funcionar'],
    ['is too slow', () => {
      const real = OffscreenCanvas.prototype.transferToImageBitmap;
      OffscreenCanvas.prototype.transferToImageBitmap = function slow() {
        const until = performance.now() + 150;
        while (performance.now() < until);
        return real.call(this);
      };
    }, 'Este equipo no alcanza'],
  ]) {
    test(`that ${how} stops the picture and says so; nothing raw without a click`, { timeout: 240_000 }, () => withCall(['chromium', 'chromium'], async ({ citizen, operator }) => {
      await people.chooseEntry(citizen, BLUR);
      await wallIs(operator, 'blurred');
      const worker = citizen.workers().find((one) => /\/worker-/.test(one.url()));
      await worker.evaluate(harm).catch(() => undefined);
      await sees(citizen, words);
      await sees(operator, 'Cámara apagada');
      assert.equal(await givesRaw(citizen), false);
      await look(citizen, `citizen-18-background-${how.split(' ').at(-1)}`);
      if (how === 'dies') {
        await press(citizen, 'Probar el desenfoque otra vez');
        await wallIs(operator, 'blurred');
        return;
      }
      await press(citizen, 'Mostrar la cámara sin desenfoque');
      await wallIs(operator, 'sharp');
      assert.equal(await givesRaw(citizen), true);
      await press(citizen, 'Menú');
      await press(citizen, 'Cámara, micrófono y parlante');
      await sees(citizen, 'tu imagen no pasa por ningún otro servicio');
      await look(citizen, 'citizen-18-background-sheet');
    }));
  }
});

/** Cameras enough to choose among. */
const DEVICES = ['--use-fake-device-for-media-stream=device-count=3', '--use-fake-ui-for-media-stream'];

/** In the page: which camera is sent as it is. */
function sentDevice() {
  const track = globalThis.__peers.at(-1)?.getSenders().find((one) => one.track?.kind === 'video')?.track;
  return track && !(track instanceof CanvasCaptureMediaStreamTrack) ? track.getSettings().deviceId : null;
}

function sentTrack() {
  return globalThis.__peers.at(-1).getSenders().find((one) => one.track?.kind === 'video').track.id;
}

/** Whether the connection in use sends the camera as it is. */
function givesRaw(page) {
  return page.evaluate(() => globalThis.__peers.at(-1).getSenders().some((one) => one.track && globalThis.__raw.includes(one.track)));
}
