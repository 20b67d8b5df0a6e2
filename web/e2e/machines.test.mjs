// Two machines: the operator's console on one and his call on another, joined by a short code (O23).
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { open, press, sees, until } from './browser.mjs';
import { look } from './look.mjs';
import { codeOn, hearsTone, isQuiet, join, seesColour } from './machines.mjs';
import { flows } from './media.mjs';
import * as people from './people.mjs';
import { Server } from './server.mjs';

const CITIZEN = { colour: 'blue', tone: 440 };
const CONSOLE = { colour: 'red', tone: 1_320 };
const MACHINE = { colour: 'green', tone: 880 };

describe('two machines', () => {
  let server;
  let browser;
  before(async () => {
    server = await Server.start();
    browser = await open('chromium');
  });
  after(async () => {
    await browser?.close();
    await server?.end();
  });

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
});
