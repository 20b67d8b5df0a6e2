// Real-time text (EN 301 549 6.2): letter by letter within half a second, erasing, who writes, a reload in the middle; and what of it
// is kept, by policy: the whole data folder, the log and the metrics are searched for the words.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { open, press, sees, until } from './browser.mjs';
import { flows } from './media.mjs';
import * as people from './people.mjs';
import { Server } from './server.mjs';

/** From hand to eye, by the standard. */
const SEEN_MS_MAX = 500;

describe('real-time text', () => {
  let server;
  beforeEach(async () => { server = await Server.start(); });
  afterEach(async () => { await server?.end(); });

  for (const kinds of [['chromium', 'firefox'], ['firefox', 'chromium']]) {
    test(`letters of a citizen in ${kinds[0]} are seen as they are written, and erased`, { timeout: 240_000 }, async (context) => {
      const browsers = [];
      try {
        for (const kind of kinds) browsers.push(await open(kind));
        const citizen = await browsers[0].page(server.origin);
        const operator = await browsers[1].page(`${server.origin}/operador`);
        await inCall(citizen, operator);
        await press(citizen, 'Abrir texto en vivo');
        await watch(operator);
        await citizen.focus('#live-draft');
        const typed = [];
        for (const letter of 'buen dia') {
          typed.push([letter, Date.now()]);
          await citizen.keyboard.type(letter);
          await new Promise((resolve) => { setTimeout(resolve, 120); });
        }
        await until(operator, 'the whole line', () => document.querySelector('[data-testid=live-others]')?.innerText.includes('Ana Paz escribe: buen dia'));
        const seen = await operator.evaluate(() => globalThis.__seen);
        let line = '';
        const delays = typed.map(([letter, at]) => {
          line += letter;
          return seen.find(([text]) => text.length >= line.length && text.startsWith(line))[1] - at;
        });
        context.diagnostic(`letters seen after ${delays.join(', ')} ms`);
        assert.ok(seen.length >= 3, 'in pieces, not at once');
        assert.ok(Math.max(...delays) <= SEEN_MS_MAX, delays.join(', '));
        for (let times = 0; times < ' dia'.length; times += 1) await citizen.keyboard.press('Backspace');
        await until(operator, 'the erased line', () => document.querySelector('[data-testid=live-others]').innerText.trim().endsWith('escribe: buen'));

        // Received and sent are apart, and each says whose it is.
        await operator.focus('#live-draft');
        await operator.keyboard.type('lo leo');
        await until(citizen, 'the operator writing', () => document.querySelector('[data-testid=live-others]').innerText.includes('Lucía Fernández escribe: lo leo'));
        assert.equal(await citizen.evaluate(() => document.querySelector('#live-draft').value), 'buen');

        await citizen.reload();
        await sees(citizen, 'Lucía Fernández escribe: lo leo');
        await until(citizen, 'the own line again', () => document.querySelector('#live-draft')?.value === 'buen');
        await citizen.focus('#live-draft');
        await citizen.keyboard.press('End');
        await citizen.keyboard.type('os');
        await citizen.keyboard.press('Enter');
        await until(operator, 'the finished line', () => document.querySelector('[data-testid=live-lines]').innerText.includes('buenos'));
        assert.ok(await operator.evaluate(() => !document.querySelector('[data-testid=live-others]').innerText.includes('Ana Paz')));
        await people.endMeeting(operator);
        await people.close(operator);
      } finally {
        for (const browser of browsers) await browser.close();
      }
    });
  }

  for (const { policy, service, kept } of [
    { policy: 'incidencias', service: { subcategory: 'Cultura Tributaria', service: 'San Martín lee' }, kept: false },
    { policy: 'conversacion', service: { subcategory: 'Automotor', service: 'Libre deuda' }, kept: true },
  ]) {
    test(`under ${policy} chat and text lie nowhere in clear, and reach compliance ${kept ? 'with the record' : 'never'}`, { timeout: 240_000 }, async () => {
      const browsers = [await open('chromium'), await open('chromium')];
      const [chat, text, unfinished] = ['ornitorrinco violeta', 'caleidoscopio turquesa', 'zarzamora naranja'];
      try {
        const citizen = await browsers[0].page(server.origin);
        const operator = await browsers[1].page(`${server.origin}/operador`);
        await inCall(citizen, operator, service);
        await people.say(citizen, chat);
        await people.read(operator, chat);
        for (const page of [citizen, operator]) await sees(page, kept ? 'Este chat se guarda' : 'Este chat no se guarda');
        await press(citizen, 'Abrir texto en vivo');
        await citizen.focus('#live-draft');
        await citizen.keyboard.type(text);
        await citizen.keyboard.press('Enter');
        await until(operator, 'the finished line', (words) => document.querySelector('[data-testid=live-lines]')?.innerText.includes(words), text);
        for (const page of [citizen, operator]) await sees(page, kept ? 'Este texto se guarda' : 'Este texto no se guarda');
        await citizen.keyboard.type(unfinished);
        await until(operator, 'the unfinished line', (words) => document.querySelector('[data-testid=live-others]').innerText.includes(words), unfinished);
        if (!kept) await asksBefore(citizen);
        await people.endMeeting(operator);
        await people.close(operator);
        await sees(citizen, 'Tu atención terminó');
        const turno = await people.turnoCode(citizen);
        const metrics = await (await fetch(`${server.origin}/metrics`)).text();
        assert.ok(metrics.includes('recorder_'), 'metrics were read');
        await server.stop();
        for (const words of [chat, text, unfinished]) {
          for (const part of words.split(' ')) {
            const places = [...files(server.data).filter((file) => holds(readFileSync(file), part)), ...(server.log.includes(part) ? ['log'] : []), ...(metrics.includes(part) ? ['metrics'] : [])];
            assert.deepEqual(places, [], `«${part}» lies in clear`);
          }
        }
        // The search can find: the name of the folder's own records is there.
        assert.ok(files(server.data).length > 3 && files(server.data).some((file) => holds(readFileSync(file), 'San Martín')), 'the search finds what is there');
        await server.run();
        const officer = await browsers[1].page(`${server.origin}/oficina`);
        await people.signIn(officer, ...people.COMPLIANCE);
        await people.openRecord(officer, turno, 'control de la política de chat');
        if (kept) for (const words of [chat, text, unfinished]) await sees(officer, words);
        else {
          await sees(officer, 'que no se guarda');
          const page = await officer.evaluate(() => document.body.innerText);
          for (const words of [chat, text, unfinished]) assert.ok(!page.includes(words));
        }
      } finally {
        for (const browser of browsers) await browser.close();
      }
    });
  }
});

/** A document number in a chat that must hold none is asked about before it is sent. */
async function asksBefore(citizen) {
  const draft = await citizen.$('#chat-draft');
  await draft.type('mi documento es 20.345.678');
  await press(citizen, 'Enviar');
  await sees(citizen, 'Parece que escribiste un número de documento (DNI).');
  const sent = () => citizen.evaluate(() => document.querySelector('[data-testid=chat-lines]').innerText.includes('20.345.678'));
  assert.equal(await sent(), false, 'not sent');
  await press(citizen, 'Corregir');
  assert.equal(await citizen.evaluate(() => document.activeElement.id), 'chat-draft');
  await citizen.evaluate(() => document.querySelector('#chat-draft').select());
  await citizen.keyboard.type('no tengo el documento');
  await press(citizen, 'Enviar');
  await until(citizen, 'what was mended', () => document.querySelector('[data-testid=chat-lines]').innerText.includes('no tengo el documento'));
  assert.equal(await sent(), false);
}

/** In any of the ways that a text is written: as it is, as UTF-16, in base64. */
function holds(bytes, words) {
  return bytes.includes(words) || bytes.includes(Buffer.from(words, 'utf16le')) || bytes.includes(Buffer.from(words).toString('base64').slice(0, -3));
}

function files(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? files(path) : [path];
  });
}

/** Notes what a page shows of the line that the citizen is writing, and when. */
function watch(page) {
  return page.evaluate(() => {
    globalThis.__seen = [];
    new MutationObserver(() => {
      const text = document.querySelector('[data-testid=live-others]')?.innerText.match(/Ana Paz escribe: ?(.*)/)?.[1];
      if (text !== undefined && globalThis.__seen.at(-1)?.[0] !== text) globalThis.__seen.push([text, Date.now()]);
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
}

async function inCall(citizen, operator, service = {}) {
  await people.signIn(operator, ...people.OPERATOR);
  await people.takeTurn(citizen, service);
  await people.seek(operator, service.service);
  await people.start(operator);
  await people.accept(citizen);
  await people.admit(operator);
  await flows(citizen);
  await flows(operator);
}
