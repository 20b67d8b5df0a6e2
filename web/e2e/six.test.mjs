// Six people in one call: everybody is heard and seen by everybody, on a wide screen and on a phone.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { open, press, sees } from './browser.mjs';
import { acceptAsGuest, invite, seesPictures, sends, sent, startCall } from './guests.mjs';
import { look } from './look.mjs';
import { Server } from './server.mjs';

/** A small moving picture, so that six cameras fit on one machine: raw video as Chromium plays it for a camera. */
function smallVideo(folder, width = 320, height = 240, frames = 30) {
  const head = Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`);
  const parts = [head];
  for (let frame = 0; frame < frames; frame++) {
    const luma = Buffer.alloc(width * height);
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) luma[y * width + x] = (x + y + frame * 8) & 255;
    parts.push(Buffer.from('FRAME\n'), luma, Buffer.alloc((width * height) / 2, 128));
  }
  const file = join(folder, 'small.y4m');
  writeFileSync(file, Buffer.concat(parts));
  return file;
}

describe('six people', () => {
  let server;
  let browser;
  let folder;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ventanilla-six-'));
    server = await Server.start();
    browser = await open('chromium', { video: smallVideo(folder) });
  });
  after(async () => {
    await browser?.close();
    await server?.end();
    rmSync(folder, { recursive: true, force: true });
  });

  test('see each other, and the page stays readable', { timeout: 290_000 }, async () => {
    const { citizen, operator } = await startCall(browser, server);
    await seesPictures(citizen, 1);
    const alone = await sends(citizen, ['l']);
    assert.equal(alone.l, 320, 'two people: one whole picture');
    const names = ['Inés Sol', 'Juan Ignacio Rodríguez', 'Dra. Marta Iriarte', 'Pía Ruiz'];
    const roles = ['Intérprete', 'Acompañante', 'Representante', 'Acompañante'];
    const guests = [];
    for (const [number, name] of names.entries()) {
      const link = await invite(number % 2 === 0 ? citizen : operator, roles[number]);
      const context = await browser.browser.createBrowserContext();
      const guest = await browser.page(link, { context });
      await acceptAsGuest(guest, name);
      await press(operator, `Admitir a ${name}`);
      guests.push(guest);
    }
    await press(citizen, 'Menú');
    await press(citizen, 'Compartir videollamada');
    await sees(citizen, 'La llamada ya tiene seis lugares ocupados');
    await press(citizen, 'Cerrar');
    for (const page of [citizen, operator, ...guests]) await seesPictures(page, 5);
    await sees(operator, 'Participó un representante y este servicio no admite representación');
    await look(citizen, 'citizen-17-six');
    await look(operator, 'operator-09-six');
    await look(guests[0], 'guest-01-six');
    // Small pictures are sent small: the browser itself leaves layers out that would be tiny.
    assert.ok(Object.keys(await sent(citizen)).length >= 1);
    for (const guest of guests) {
      await press(guest, 'Salir');
      await press(guest, 'Sí, salir');
      await sees(guest, 'Saliste de la atención');
    }
    await seesPictures(citizen, 1);
    assert.equal((await sends(citizen, ['l'])).l, 320, 'two again: one whole picture again');
    assert.deepEqual([citizen, operator, ...guests].flatMap((page) => page.problems), []);
  });
});
