// A file from the citizen's computer to the operator's eyes (C22): chosen, named, sent, looked at in a frame that runs nothing;
// refused in words where it must be, cancelled without a trace.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { crc32, deflateSync } from 'node:zlib';
import { open, press, sees, until } from './browser.mjs';
import * as people from './people.mjs';
import { Server } from './server.mjs';

const SECRET = 'constancia de domicilio';

describe('files', () => {
  let server;
  let folder;
  before(async () => {
    server = await Server.start();
    folder = mkdtempSync(join(tmpdir(), 'ventanilla-files-'));
  });
  after(async () => {
    await server?.end();
    rmSync(folder, { recursive: true, force: true });
  });

  const write = (name, bytes) => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  };

  for (const [citizenKind, operatorKind] of [['chromium', 'chromium'], ['firefox', 'firefox']]) {
    test(`a file goes from a citizen in ${citizenKind} to an operator in ${operatorKind}`, { timeout: 240_000 }, async () => {
      const browsers = [await open(citizenKind), await open(operatorKind)];
      try {
        const operator = await browsers[1].page(`${server.origin}/operador`);
        await people.signIn(operator, ...people.OPERATOR);
        const citizen = await browsers[0].page(server.origin, { width: 360, height: 780 });
        await people.takeTurn(citizen);
        await people.seek(operator);
        await people.start(operator);
        await people.accept(citizen);
        await people.admit(operator);

        await press(citizen, 'Menú');
        await press(citizen, 'Enviar archivo');
        await sees(citizen, 'Se pueden enviar archivos en formato PDF, JPG O PNG, con un tamaño máximo de 20MB.');
        await until(citizen, 'the focus on the heading', () => document.activeElement.innerText === 'Enviar archivo');
        await sees(citizen, 'Examinar');

        // What need not be uploaded is refused here, in words.
        await choose(citizen, write('factura.pdf', 'MZ no es un PDF'));
        await sees(citizen, 'no es PDF, JPG ni PNG por su contenido');
        await choose(citizen, write('grande.pdf', Buffer.concat([Buffer.from('%PDF-1.4\n'), Buffer.alloc(21_000_000)])));
        await sees(citizen, 'se aceptan hasta 20 MB');
        // What only the server can see, it refuses.
        await choose(citizen, write('doble.png', Buffer.concat([picture(), Buffer.from('<script>alert(1)</script>')])));
        await press(citizen, 'Subir y enviar');
        await sees(citizen, 'El archivo está dañado o tiene algo más adentro');

        await choose(citizen, write('DNI frente.png', picture(SECRET)));
        await sees(citizen, 'Archivo elegido: DNI frente.png');
        await press(citizen, 'Subir y enviar');
        await sees(citizen, 'Archivo enviado!');
        assert.equal(await citizen.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true, 'scrolls sideways');

        await sees(operator, 'Llegó un archivo: DNI frente.png');
        await press(operator, 'Ver DNI frente.png');
        await until(operator, 'the picture in its frame', () => Boolean(document.querySelector('dialog iframe.file-frame')));
        const handle = await operator.$('iframe.file-frame');
        const frame = await handle.contentFrame();
        await until(frame, 'the picture', () => document.images[0]?.naturalWidth === 64);
        const box = await frame.evaluate(() => ({ origin: self.origin, images: document.images.length }));
        assert.deepEqual(box, { origin: 'null', images: 1 }, 'a document of nobody');
        assert.equal(await operator.evaluate(() => document.querySelector('iframe.file-frame').contentDocument), null);
        await press(operator, 'Cerrar');

        // A PDF is saved; sent by keyboard alone.
        await choose(citizen, write('recibo.pdf', document()));
        await byKeyboard(citizen, 'Subir y enviar');
        await sees(operator, 'Llegó un archivo: recibo.pdf');
        const saved = await operator.evaluate(async () => {
          const link = [...document.querySelectorAll('.files a')].at(-1);
          const answer = await fetch(link.href);
          return { type: answer.headers.get('content-type'), disposition: answer.headers.get('content-disposition'), text: await answer.text() };
        });
        assert.equal(saved.type, 'application/pdf');
        assert.match(saved.disposition, /^attachment; .*recibo\.pdf$/);
        assert.equal(saved.text, document());

        // Cancelled on the way: nothing is kept, and it can be sent again.
        const before = filesIn(server.data).length;
        await slowly(citizen, async () => {
          await choose(citizen, write('lento.pdf', document(8_000_000)));
          await press(citizen, 'Subir y enviar');
          await sees(citizen, 'Enviando lento.pdf');
          await press(citizen, 'Cancelar el envío');
          await sees(citizen, 'Cancelaste el envío. No se guardó nada.');
        });
        assert.equal(filesIn(server.data).length, before);
        await people.endMeeting(operator);
        await people.close(operator);
        const turno = await people.turnoCode(citizen);
        const officer = await browsers[1].page(`${server.origin}/oficina`);
        await people.signIn(officer, ...people.COMPLIANCE);
        await people.openRecord(officer, turno, 'control de archivos');
        await sees(officer, 'Se guardó un archivo');
        await press(officer, 'Ver DNI frente.png');
        const kept = await (await officer.waitForSelector('iframe.file-frame')).contentFrame();
        await until(kept, 'the kept picture', () => document.images[0]?.naturalWidth === 64);
        await press(officer, 'Cerrar');
        for (const path of filesIn(server.data)) assert.ok(!readFileSync(path).includes(SECRET), `${path} holds it in clear`);
        assert.deepEqual([citizen.problems, operator.problems], [[], []]);
      } finally {
        for (const browser of browsers) await browser.close();
      }
    });
  }
});

async function choose(page, path) {
  await until(page, 'the chooser', () => Boolean(document.querySelector('.send-file input[type=file]')));
  const input = await page.$('.send-file input[type=file]');
  await input.uploadFile(path);
}

/** Tabs to the button of this name, and presses it. */
async function byKeyboard(page, name) {
  await sees(page, name);
  for (let tab = 0; tab < 60; tab++) {
    await page.keyboard.press('Tab');
    if ((await page.evaluate(() => document.activeElement.innerText?.trim())) === name) {
      await page.keyboard.press('Enter');
      return;
    }
  }
  assert.fail(`«${name}» is not reached by Tab`);
}

/** With a line of 2 Mbit/s up, where the browser can have one. */
async function slowly(page, run) {
  const chromium = typeof page.emulateNetworkConditions === 'function' && (await page.browser().version()).includes('Chrom');
  if (!chromium) return;
  await page.emulateNetworkConditions({ upload: 250_000, download: 1_000_000, latency: 10 });
  await run();
  await page.emulateNetworkConditions(null);
}

/** A PNG of 64 × 64 points, red, with a text in it. */
function picture(text = '') {
  const chunk = (name, body) => {
    const named = Buffer.concat([Buffer.from(name), body]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(body.length);
    sum.writeUInt32BE(crc32(named));
    return Buffer.concat([length, named, sum]);
  };
  const head = Buffer.from([0, 0, 0, 64, 0, 0, 0, 64, 8, 2, 0, 0, 0]);
  const line = Buffer.concat([Buffer.from([0]), Buffer.concat(Array.from({ length: 64 }, () => Buffer.from([200, 0, 0])))]);
  const points = deflateSync(Buffer.concat(Array.from({ length: 64 }, () => line)));
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', head), chunk('tEXt', Buffer.from(`Comment\0${text}`)),
    chunk('IDAT', points), chunk('IEND', Buffer.alloc(0)),
  ]);
}

function document(bytes = 2_000) {
  return `%PDF-1.4\n${`% ${SECRET}\n`.repeat(bytes / 26)}startxref\n0\n%%EOF\n`;
}

function filesIn(data) {
  return readdirSync(data, { recursive: true }).map((name) => join(data, name)).filter((path) => statSync(path).isFile());
}
