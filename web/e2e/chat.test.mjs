// Chat by policy: what must not be kept is nowhere in the data folder; what must be kept is sealed, and shown to compliance.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { open, press, sees } from './browser.mjs';
import * as people from './people.mjs';
import { Server } from './server.mjs';

const WORDS = 'xilofonoamarillo';

describe('chat', () => {
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

  test('the incidencias policy stores nothing but the count', { timeout: 180_000 }, async () => {
    const citizen = await browser.page(server.origin);
    const operator = await browser.page(`${server.origin}/operador`);
    await people.signIn(operator, ...people.OPERATOR);
    await people.takeTurn(citizen, { subcategory: 'Cultura Tributaria', service: 'San Martín lee' });
    await people.seek(operator, 'San Martín lee');
    await people.start(operator);
    await people.accept(citizen);
    await people.admit(operator);
    await people.say(citizen, WORDS);
    await people.read(operator, WORDS);
    await sees(citizen, 'Este chat no se guarda');
    await people.endMeeting(operator);
    await people.close(operator);
    const turno = await people.turnoCode(citizen);
    const officer = await browser.page(`${server.origin}/oficina`);
    await people.signIn(officer, ...people.COMPLIANCE);
    await people.openRecord(officer, turno, 'control de la política de chat');
    await sees(officer, 'Se escribió 1 mensaje, que no se guarda');
    await server.stop();
    const holding = files(server.data).filter((file) => readFileSync(file).includes(WORDS));
    assert.deepEqual(holding, []);
    await server.run();
    await press(officer, 'Registro de accesos');
  });
});

function files(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? files(path) : [path];
  });
}
