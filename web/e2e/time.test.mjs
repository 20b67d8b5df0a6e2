// The time of a call (C25, O19): what is left, the warnings, one extension, and the end by itself.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { open, press, sees, until } from './browser.mjs';
import { flows } from './media.mjs';
import * as people from './people.mjs';
import { Server } from './server.mjs';

describe('time', () => {
  let browsers;
  before(async () => { browsers = [await open('chromium'), await open('firefox'), await open('chromium')]; });
  after(async () => { for (const browser of browsers ?? []) await browser.close(); });

  test('both see what is left; extending is refused while somebody waits, done once, and kept as a fact', { timeout: 240_000 }, async () => {
    const server = await Server.start({ demo: ['--call-limit-s', '135'] });
    try {
      const { citizen, operator } = await inCall(server);
      for (const page of [citizen, operator]) await sees(page, 'Quedan menos de 5 minutos');
      const shown = await seconds(citizen);
      assert.ok(shown > 60 && shown <= 135, `${shown} s`);
      assert.ok(Math.abs(shown - await seconds(operator)) < 5, 'both count the same');
      for (const page of [citizen, operator]) await sees(page, 'Quedan menos de 2 minutos');

      const second = await browsers[2].page(server.origin);
      await people.takeTurn(second, { name: 'Luis Gil', document: '30.111.222' });
      await sees(operator, 'No se puede ampliar: espera 1 contribuyente');
      await press(operator, 'Ampliar 5 minutos');
      await sees(operator, 'No se puede ampliar: hay personas en espera');
      await press(second, 'Abandonar');
      await press(second, 'Sí, abandonar');
      await sees(operator, 'Se puede ampliar una sola vez');
      await press(operator, 'Ampliar 5 minutos');
      await until(citizen, 'five minutes more', () => /[67]:\d\d/.test(document.querySelector('[data-testid=time-left]').innerText));
      await until(citizen, 'no warning any more', () => document.querySelector('[data-testid=time-warning]').innerText === '');
      const turno = await finished(citizen, operator);
      const officer = await browsers[2].page(`${server.origin}/oficina`);
      await people.signIn(officer, ...people.COMPLIANCE);
      await people.openRecord(officer, turno, 'control del tiempo');
      await sees(officer, 'El operador amplió el tiempo de la llamada');
      for (const page of [citizen, operator, second, officer]) await page.close();
    } finally {
      await server.end();
    }
  });

  test('at the limit the call ends by itself, and the operator owes the result', { timeout: 240_000 }, async () => {
    const server = await Server.start({ demo: ['--call-limit-s', '20'] });
    try {
      const { citizen, operator } = await inCall(server);
      await sees(operator, 'Resultado de la videoasistencia');
      await sees(citizen, 'La videollamada terminó');
      assert.equal(await operator.evaluate(() => document.body.innerText.includes('Volver a atenderla')), false);
      await people.close(operator);
      await sees(citizen, 'Tu atención terminó');
      for (const page of [citizen, operator]) await page.close();
    } finally {
      await server.end();
    }
  });

  async function inCall(server) {
    const citizen = await browsers[0].page(server.origin);
    const operator = await browsers[1].page(`${server.origin}/operador`);
    await people.intoCall(citizen, operator);
    await flows(citizen, 10);
    return { citizen, operator };
  }
});

async function finished(citizen, operator) {
  await people.endMeeting(operator);
  await people.close(operator);
  await sees(citizen, 'Tu atención terminó');
  return people.turnoCode(citizen);
}

/** "Tiempo restante", in seconds. */
async function seconds(page) {
  const text = await until(page, 'the time left', () => document.querySelector('[data-testid=time-left]')?.innerText);
  const [, minutes, rest] = text.match(/(\d+):(\d\d)/);
  return Number(minutes) * 60 + Number(rest);
}
