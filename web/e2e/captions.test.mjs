// Captions: a program with the operator's token says what is being said; who asked for captions reads it, nobody else sees it.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { open, sees, until } from './browser.mjs';
import { flows } from './media.mjs';
import * as people from './people.mjs';
import { Server } from './server.mjs';

const FEED = fileURLToPath(new URL('../../tools/captions_feed', import.meta.url));
const NONE = 'Todavía no llega ningún subtítulo';

describe('captions', () => {
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

  test('who asked for them reads what is said, with the name, also after a reload', { timeout: 240_000 }, async () => {
    const citizen = await browsers[0].page(server.origin);
    const operator = await browsers[1].page(`${server.origin}/operador`);
    await people.intoCall(citizen, operator);
    await flows(citizen);
    const token = await operator.evaluate(async () => (await (await fetch('/api/operator/program', { method: 'POST' })).json()).token);
    const say = (...lines) => promisify(execFile)(FEED, [server.origin, ...lines], { env: { ...process.env, TOKEN: token } });

    assert.equal(await citizen.$('[data-testid=captions]'), null, 'off until somebody asks');
    await people.chooseEntry(citizen, 'Activar subtítulos');
    await sees(citizen, NONE);
    await say('2', 'Buenos días doña Ana', 'la deuda se paga');
    const name = await until(citizen, 'both lines', () => {
      const lines = [...(document.querySelector('[data-testid=captions]')?.querySelectorAll('p') ?? [])].map((line) => line.innerText);
      return lines.length === 2 && lines[0].endsWith('Buenos días doña Ana') && lines[1].endsWith('la deuda se paga') && lines[0].split(':')[0];
    });
    assert.ok(await operator.evaluate((own) => document.body.innerText.includes(own), name), `«${name}» is the operator`);
    assert.equal(await operator.$('[data-testid=captions]'), null, 'the operator did not ask for them');

    // The choice is this device's; the words are nobody's, and are gone with the page.
    await citizen.reload();
    await sees(citizen, NONE);
    await say('1', 'muchas gracias');
    await sees(citizen, 'muchas gracias');
    await people.chooseEntry(citizen, 'Quitar subtítulos');
    await until(citizen, 'no lane', () => document.querySelector('[data-testid=captions]') === null);

    const refused = await fetch(`${server.origin}/api/captions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token.replace('.2.', '.1.')}`, 'content-type': 'application/json' },
      body: JSON.stringify({ participant: 2, text: 'se lo apruebo', done: true }),
    });
    assert.equal(refused.status, 401);
  });
});
