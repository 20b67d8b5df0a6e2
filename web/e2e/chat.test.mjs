// Chat by policy, over a kill -9 of the server: what must not be kept is gone, what must be kept comes back and reaches compliance.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { open, sees } from './browser.mjs';
import { flows } from './media.mjs';
import * as people from './people.mjs';
import { Server } from './server.mjs';

const WORDS = 'xilofonoamarillo';

describe('chat', () => {
  let server;
  let browsers;
  before(async () => {
    server = await Server.start();
    browsers = [await open('chromium'), await open('chromium')];
  });
  after(async () => {
    for (const browser of browsers ?? []) await browser.close();
    await server?.end();
  });

  for (const { policy, subcategory, service, banner, kept } of [
    { policy: 'incidencias', subcategory: 'Cultura Tributaria', service: 'San Martín lee', banner: 'Este chat no se guarda', kept: false },
    { policy: 'conversacion', subcategory: 'Automotor', service: 'Libre deuda', banner: 'Este chat se guarda', kept: true },
  ]) {
    test(`the ${policy} policy ${kept ? 'keeps the words, sealed' : 'stores nothing but the count'}`, { timeout: 240_000 }, async () => {
      const citizen = await browsers[0].page(server.origin);
      const operator = await browsers[1].page(`${server.origin}/operador`);
      await people.signIn(operator, ...people.OPERATOR);
      await people.takeTurn(citizen, { subcategory, service });
      await people.seek(operator, service);
      await people.start(operator);
      await people.accept(citizen);
      await people.admit(operator);
      await people.say(citizen, WORDS);
      await people.read(operator, WORDS);
      await sees(citizen, banner);
      await server.kill();
      const holding = files(server.data).filter((file) => readFileSync(file).includes(WORDS));
      assert.deepEqual(holding, [], 'the words lie in clear on disk');
      await server.run();
      for (const page of [citizen, operator]) await page.reload();
      await flows(citizen);
      // The history of a page that begins anew is what the server has: the banner is there, the words only where they are kept.
      await people.read(citizen, banner);
      if (kept) await people.read(citizen, WORDS);
      assert.equal(await citizen.evaluate((words) => document.body.innerText.includes(words), WORDS), kept);
      await people.endMeeting(operator);
      await people.close(operator);
      await sees(citizen, 'Tu atención terminó');
      const turno = await people.turnoCode(citizen);
      const officer = await browsers[1].page(`${server.origin}/oficina`);
      await people.signIn(officer, ...people.COMPLIANCE);
      await people.openRecord(officer, turno, 'control de la política de chat');
      await sees(officer, kept ? WORDS : 'Se escribió 1 mensaje, que no se guarda');
      for (const page of [citizen, operator, officer]) await page.close();
      browsers[0] = await renewed(browsers[0]);
      browsers[1] = await renewed(browsers[1]);
    });
  }
});

/** A new browser, so that nobody is signed in. */
async function renewed(browser) {
  await browser.close();
  return open('chromium');
}

function files(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? files(path) : [path];
  });
}
