// "Conexión inestable" with real browsers: the line of the person attended goes through a relay that loses, and goes dark.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { open, press, sees, until } from './browser.mjs';
import { Line } from './line.mjs';
import { look } from './look.mjs';
import { flows } from './media.mjs';
import * as people from './people.mjs';
import { Server } from './server.mjs';

const OWN = 'Tu conexión';
const CITIZENS = 'La conexión del ciudadano';

/** Milliseconds until the words are on the screen, or gone. */
async function wordsIn(page, words, there) {
  const since = Date.now();
  await until(page, `${there ? '' : 'no '}«${words}»`, (expected, wanted) =>
    document.body.innerText.includes(expected) === wanted, words, there);
  return Date.now() - since;
}

describe('an unstable line', () => {
  let server;
  before(async () => { server = await Server.start(); });
  after(async () => { await server?.end(); });

  for (const [citizenKind, operatorKind] of [['chromium', 'firefox'], ['firefox', 'chromium']]) {
    test(`of a citizen in ${citizenKind} is told to both, and that it is good again`, { timeout: 240_000 }, async (context) => {
      const browsers = [await open(citizenKind), await open(operatorKind)];
      let line;
      try {
        line = await Line.to(server, 7);
        const citizen = await browsers[0].page(server.origin, { line });
        const operator = await browsers[1].page(`${server.origin}/operador`);
        await people.signIn(operator, ...people.OPERATOR);
        await people.takeTurn(citizen);
        const turno = await people.turnoCode(citizen);
        await people.seek(operator);
        await people.start(operator);
        await people.accept(citizen);
        await people.admit(operator);
        await flows(citizen);
        await flows(operator);
        await sees(citizen, 'Conexión buena');
        for (const [name, bad] of [['30 % loss', { loss: 30 }], ['a blackout of 5 s', { dark: 5 }]]) {
          line.is(bad);
          const raised = await Promise.all([wordsIn(citizen, OWN, true), wordsIn(operator, CITIZENS, true)]);
          if (bad.loss) {
            await look(citizen, 'citizen-17-unstable');
            await look(operator, 'operator-09-unstable');
          }
          if (bad.loss) line.is();
          const cleared = await Promise.all([wordsIn(citizen, OWN, false), wordsIn(operator, CITIZENS, false)]);
          context.diagnostic(`${name}: told after ${raised.join(' and ')} ms, gone after ${cleared.join(' and ')} ms`);
          await sees(citizen, 'Conexión buena');
        }
        // Everything muted: the line is still heard, and its silence too.
        await press(citizen, 'Silenciar el micrófono');
        await press(citizen, 'Apagar la cámara');
        line.is({ dark: 4 });
        context.diagnostic(`muted, dark for 4 s: told after ${await wordsIn(operator, CITIZENS, true)} ms`);
        await wordsIn(operator, CITIZENS, false);
        await people.endMeeting(operator);
        await people.close(operator);
        const officer = await browsers[0].page(`${server.origin}/oficina`);
        await people.signIn(officer, ...people.COMPLIANCE);
        await people.openRecord(officer, turno, 'control de la conexión');
        await sees(officer, 'Conexión del contribuyente: ');
        assert.deepEqual([citizen.problems, operator.problems], [[], []]);
      } finally {
        line?.end();
        for (const browser of browsers) await browser.close();
      }
    });
  }
});
