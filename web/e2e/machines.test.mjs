// Two machines, joined by a short code: the operator's console on one and his call on another (O23), his sound on a telephone (O22).
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { open, press, sees, until } from './browser.mjs';
import { look } from './look.mjs';
import { codeOn, hearsTone, isQuiet, join, seesColour } from './machines.mjs';
import { flows } from './media.mjs';
import * as people from './people.mjs';
import { download, probe, toneRatio } from './record.mjs';
import { Server } from './server.mjs';

const CITIZEN = { colour: 'blue', tone: 440 };
const CONSOLE = { colour: 'red', tone: 1_320 };
const MACHINE = { colour: 'green', tone: 880 };

describe('two machines', () => {
  let server;
  let browser;
  before(async () => { browser = await open('chromium'); });
  after(async () => { await browser?.close(); });
  beforeEach(async () => { server = await Server.start(); });
  afterEach(async () => { await server?.end(); });

  test('the call goes to another computer by a code, and back', { timeout: 290_000 }, async () => {
    const citizen = await browser.page(server.origin, { source: CITIZEN });
    const console = await browser.page(`${server.origin}/operador`, { source: CONSOLE });
    await people.intoCall(citizen, console);
    await seesColour(citizen, 'red');
    await press(console, 'La llamada en otro equipo');
    const code = await codeOn(console);
    assert.match(code, /^\d{9}$/);
    await look(console, 'machines-01-code');

    const elsewhere = await browser.browser.createBrowserContext();
    const machine = await browser.page(`${server.origin}/equipo#${code}`, { source: MACHINE, context: elsewhere });
    await sees(machine, 'Unir este equipo');
    assert.equal(await machine.evaluate(() => location.hash), '', 'the code stays in no address bar');
    assert.equal(await machine.evaluate(() => globalThis.__peers.length), 0, 'a link joins nothing by itself');
    await join(machine, code === '000000000' ? '1' : '000 000 000');
    await sees(machine, 'Ese código no sirve');
    await look(machine, 'machines-02-wrong-code');
    await join(machine, `${code.slice(0, 3)}-${code.slice(3, 6)} ${code.slice(6)}`);
    await flows(machine);
    await seesColour(machine, 'blue');
    await hearsTone(machine, CITIZEN.tone, CONSOLE.tone);
    await seesColour(citizen, 'green');
    await hearsTone(citizen, MACHINE.tone, CONSOLE.tone);
    await sees(console, 'La llamada está en el otro equipo');
    await isQuiet(console);
    await look(console, 'machines-03-console');
    await look(machine, 'machines-04-call');

    await press(machine, 'Silenciar el micrófono');
    await until(citizen, 'the operator muted', () => document.querySelector('[data-testid=stage-main] .stage-muted'));
    await press(machine, 'Activar el micrófono');
    await people.say(machine, 'Le escribo desde acá');
    await people.read(citizen, 'Le escribo desde acá');
    await people.read(console, 'Le escribo desde acá');
    await machine.reload({ waitUntil: 'domcontentloaded' });
    await flows(machine);
    await seesColour(citizen, 'green');

    await server.kill();
    await server.run();
    await flows(machine);
    await seesColour(citizen, 'green');
    await sees(console, 'La llamada está en el otro equipo');
    await isQuiet(console);

    await press(console, 'Traer la llamada a este equipo');
    await sees(machine, 'Este equipo ya no tiene la llamada');
    await isQuiet(machine);
    await look(machine, 'machines-05-left');
    await seesColour(citizen, 'red');
    await hearsTone(citizen, CONSOLE.tone, MACHINE.tone);
    await press(machine, 'Probar otra vez acá');
    await sees(machine, 'Escribí el código');

    // By keyboard alone, and kept for the next citizen.
    await press(console, 'La llamada en otro equipo');
    await machine.focus('#code');
    await machine.keyboard.type(await codeOn(console));
    await machine.keyboard.press('Enter');
    await seesColour(citizen, 'green');
    await people.endMeeting(console);
    await sees(machine, 'La llamada va a estar en este equipo');
    await isQuiet(machine);
    await look(machine, 'machines-06-idle');
    await people.close(console);
    const next = await browser.page(server.origin, { source: CITIZEN, context: await browser.browser.createBrowserContext() });
    await people.takeTurn(next, { name: 'Berta Ríos' });
    await people.seek(console);
    await people.start(console);
    await sees(machine, 'La sala está abierta');
    await people.accept(next);
    await sees(machine, 'Alguien espera para entrar: admitilo en la consola');
    await people.admit(console);
    await seesColour(next, 'green');
    await isQuiet(console);
    await press(console, 'Salir');
    await sees(machine, 'Este equipo ya no tiene la llamada');
    await isQuiet(machine);
    assert.deepEqual([citizen, console, machine, next].flatMap((page) => page.problems), []);
  });

  test('the operator speaks and hears by a telephone, and it is on the record', { timeout: 240_000 }, async () => {
    const own = { context: await browser.browser.createBrowserContext() };
    const citizen = await browser.page(server.origin, { source: CITIZEN, ...own });
    const operator = await browser.page(`${server.origin}/operador`, { source: CONSOLE, ...own });
    await people.intoCall(citizen, operator);
    await hearsTone(citizen, CONSOLE.tone, MACHINE.tone);
    await people.chooseEntry(operator, 'Usar el teléfono para el sonido');
    const code = await codeOn(operator);
    const elsewhere = await browser.browser.createBrowserContext();
    const phone = await browser.page(`${server.origin}/equipo#${code}`, { source: MACHINE, context: elsewhere, width: 360, height: 740 });
    await press(phone, 'Unir este equipo');
    await sees(phone, 'Hablás y escuchás por este teléfono');
    await hearsTone(citizen, MACHINE.tone, CONSOLE.tone);
    await hearsTone(phone, CITIZEN.tone, MACHINE.tone);
    await seesColour(citizen, 'red');
    await sees(citizen, 'con el sonido por teléfono');
    await sees(operator, 'Tu sonido está en el teléfono');
    assert.equal(await operator.evaluate(() => document.querySelectorAll('audio').length), 0, 'this computer plays nothing');
    await look(operator, 'machines-07-by-phone');
    await look(phone, 'machines-08-phone');
    await press(phone, 'Silenciar el micrófono');
    await until(citizen, 'the operator muted', () => document.querySelector('[data-testid=stage-main] .stage-muted .icon-microphone-off'));
    await press(phone, 'Activar el micrófono');
    await hearsTone(citizen, MACHINE.tone, CONSOLE.tone);
    await press(phone, 'Colgar y devolver el sonido');
    await sees(phone, 'Este equipo ya no tiene');
    await hearsTone(citizen, CONSOLE.tone, MACHINE.tone);
    const turno = await people.turnoCode(operator);
    await people.endMeeting(operator);
    await people.close(operator);

    const officer = await browser.page(`${server.origin}/oficina`);
    await people.signIn(officer, ...people.COMPLIANCE);
    await people.openRecord(officer, turno, 'control del teléfono');
    await people.reopen(officer, turno, 'control del teléfono');
    await sees(officer, 'Por teléfono: Operador');
    const url = await until(officer, 'the track of the telephone', () =>
      [...document.querySelectorAll('.track video')].find((video) => video.ariaLabel.startsWith('Por teléfono'))?.getAttribute('src'));
    const file = await download(officer, server.origin + url);
    assert.deepEqual(probe(file).codecs, ['opus']);
    assert.ok(toneRatio(file, MACHINE.tone, [CONSOLE.tone, CITIZEN.tone, 660]) > 10);
    rmSync(file);
    assert.deepEqual([citizen, operator, phone].flatMap((page) => page.problems), []);
  });
});
