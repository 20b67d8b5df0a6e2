// Coming back: reload, hang up, kill -9 of the server in the waiting room and in the call, ten per cent of loss.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { open, press, sees, until } from './browser.mjs';
import { flows, received } from './media.mjs';
import { Call } from './outage.mjs';
import * as people from './people.mjs';
import { Line } from './line.mjs';
import { Server } from './server.mjs';

describe('coming back', () => {
  let server;
  let browsers;
  before(async () => { browsers = { first: await open('chromium'), second: await open('firefox') }; });
  after(async () => { for (const browser of Object.values(browsers ?? {})) await browser.close(); });

  async function withServer(run) {
    server = await Server.start();
    try {
      await run();
    } finally {
      await server.end();
    }
  }

  async function inCall(citizen, operator) {
    await people.intoCall(citizen, operator);
    await flows(citizen);
    await flows(operator);
  }

  test('kill -9 in the waiting room: everybody keeps the place', { timeout: 240_000 }, () => withServer(async () => {
    const first = await browsers.first.page(server.origin);
    const second = await browsers.second.page(server.origin);
    const firstCode = await people.takeTurn(first, { name: 'Ana Paz' });
    const secondCode = await people.takeTurn(second, { name: 'Luis Gil', document: '30.111.222' });
    await sees(second, '2.º en la fila');
    await server.kill();
    await sees(second, 'Reconectando');
    await server.run();
    await sees(second, 'Conexión recuperada');
    await first.reload();
    await sees(first, 'Sos la próxima persona');
    await sees(second, '2.º en la fila');
    assert.deepEqual([await people.code(first), await people.code(second)], [firstCode, secondCode]);
    await first.close();
    await second.close();
  }));

  test('kill -9 in the call: the call goes on by itself', { timeout: 240_000 }, () => withServer(async () => {
    const citizen = await browsers.first.page(server.origin);
    const operator = await browsers.second.page(`${server.origin}/operador`);
    await inCall(citizen, operator);
    const killed = Date.now();
    await server.kill();
    await server.run();
    await sees(citizen, 'Se está grabando');
    await flows(citizen);
    await flows(operator);
    await people.endMeeting(operator);
    await people.close(operator);
    await sees(citizen, 'Tu atención terminó');
    const turno = await people.turnoCode(citizen);
    const officer = await browsers.first.page(`${server.origin}/oficina`);
    await people.signIn(officer, ...people.COMPLIANCE);
    const opened = officer.waitForResponse((answer) => answer.url().endsWith('/api/records/open'));
    await people.openRecord(officer, turno, 'control tras un corte');
    const { tracks } = await (await opened).json();
    const before = tracks.filter((track) => track.interval === 1);
    assert.ok(tracks.some((track) => track.interval > 1) && before.length === 2, JSON.stringify(tracks));
    for (const track of before) {
      const missing = killed - (track.begins_ms + track.duration_ms);
      // Synced within a second, and the last block of less than a quarter was still with the worker.
      assert.ok(missing < 1_500, `${track.role}: the recording ends ${missing} ms before the kill`);
    }
    for (const page of [citizen, operator, officer]) await page.close();
  }));

  test('a reload in the call comes back to the call; hanging up is admitted again', { timeout: 240_000 }, () => withServer(async () => {
    const citizen = await browsers.first.page(server.origin);
    const operator = await browsers.second.page(`${server.origin}/operador`);
    await inCall(citizen, operator);
    await citizen.reload();
    await sees(citizen, 'Se está grabando');
    await flows(citizen);
    await flows(operator);
    await operator.reload();
    await flows(operator);
    await flows(citizen);
    await press(citizen, 'Finalizar llamada');
    await sees(citizen, 'La videollamada ha sido finalizada.');
    await press(citizen, 'Volver a la llamada');
    await sees(citizen, 'Espere a ser admitido');
    await press(operator, 'Admitir');
    await sees(citizen, 'Se está grabando');
    await flows(citizen);
    await flows(operator);
    await people.endMeeting(operator);
    await people.close(operator);
    await citizen.close();
    await operator.close();
  }));

  test('hanging up, in the words of the guide: since when, back, finished for good; and a meeting taken up again', { timeout: 240_000 }, () => withServer(async () => {
    const citizen = await browsers.first.page(server.origin);
    const operator = await browsers.second.page(`${server.origin}/operador`);
    await inCall(citizen, operator);
    const code = await until(operator, 'the display code', () => document.querySelector('[data-testid=visit-code]')?.innerText);
    await press(citizen, 'Finalizar llamada');
    for (const words of [`Su turno ${code}`,
      'La videollamada ha sido finalizada. Si el oficial la finalizó, podría volver a atenderla, si no, puede finalizar su turno.',
      'Está siendo atendido por uno de nuestros representantes.', 'Box 01',
      'Ingresarás nuevamente a la videoconferencia y deberás esperar a que el operador retome la atención.']) await sees(citizen, words);
    await until(operator, 'since when he is away', () => /Tiempo fuera: 0:0[2-9]/.test(document.body.innerText));
    await press(citizen, 'Volver a la llamada');
    await press(operator, 'Admitir');
    await flows(citizen);

    await people.endMeeting(operator);
    await sees(citizen, 'La videollamada terminó');
    await press(operator, 'Volver a atenderla');
    await sees(citizen, 'Se está grabando');
    await flows(citizen);
    await flows(operator);

    await press(citizen, 'Finalizar llamada');
    await press(citizen, 'Finalizar mi turno');
    await press(citizen, 'Sí, finalizar mi turno');
    await sees(citizen, 'La videollamada terminó');
    await sees(operator, 'Resultado de la videoasistencia');
    assert.equal(await operator.evaluate(() => document.body.innerText.includes('Volver a atenderla')), false, 'who finished the turn is not taken up again');
    await people.close(operator);
    await sees(citizen, 'Tu atención terminó');
    await citizen.close();
    await operator.close();
  }));

  test('five seconds without a line, back by another port: the same connection, the same recording', { timeout: 240_000 }, async () => {
    const call = await Call.start();
    try {
      const { peers } = await call.outage({ seconds: 5, moved: true });
      assert.equal(peers, 1, 'no new connection was made');
      const intervals = new Set((await call.record()).map((track) => track.interval));
      assert.deepEqual([...intervals], [1]);
    } finally {
      await call.end();
    }
  });

  // Firefox gives the connection up after some twelve seconds; a restart then brings back what comes and sends nothing (sending.ts).
  test('thirty seconds without a line in Firefox, twice: both are heard again, in the same turn and the same recording', { timeout: 300_000 }, async () => {
    const call = await Call.start({ citizen: 'firefox' });
    try {
      for (const moved of [false, true]) {
        const { up, down } = await call.outage({ seconds: 30, moved });
        assert.ok(up >= 0 && down >= 0, 'heard by both');
      }
      const intervals = new Set((await call.record()).map((track) => track.interval));
      assert.deepEqual([...intervals], [1]);
    } finally {
      await call.end();
    }
  });

  test('kill -9 in the call: media and WebSocket are back within three seconds, in another interval of the same record', { timeout: 240_000 }, async () => {
    const call = await Call.start();
    try {
      const times = await call.restart();
      assert.ok(times.media <= 3_000 && times.socket <= 3_000, JSON.stringify(times));
      const tracks = await call.record();
      const intervals = [...new Set(tracks.map((track) => track.interval))];
      assert.deepEqual(intervals, [1, 2]);
      for (const interval of intervals) assert.equal(tracks.filter((track) => track.interval === interval).length, 2);
    } finally {
      await call.end();
    }
  });

  test('ten per cent of loss on both lines and both ways: voice and picture still flow', { timeout: 240_000 }, () => withServer(async () => {
    const lines = [await Line.to(server, 20_261), await Line.to(server, 20_262)];
    try {
      const citizen = await browsers.first.page(server.origin, { line: lines[0] });
      const operator = await browsers.second.page(`${server.origin}/operador`, { line: lines[1] });
      await inCall(citizen, operator);
      const before = [await received(citizen), await received(operator)];
      for (const line of lines) {
        line.is({ loss: 10 });
        await line.counts();
      }
      await flows(citizen, 120);
      await flows(operator, 120);
      const now = [await received(citizen), await received(operator)];
      for (const [index, line] of lines.entries()) {
        const counts = await line.counts();
        // The loss was real, and the browser saw it: it asked for packets again, or counts them as lost.
        assert.ok(counts.lostUp > counts.up * 0.05 && counts.lostDown > counts.down * 0.05, JSON.stringify(counts));
        assert.ok(now[index].nacks - before[index].nacks + now[index].lost - before[index].lost > 0, JSON.stringify({ before, now }));
      }
      await people.endMeeting(operator);
      await people.close(operator);
      await sees(citizen, 'Tu atención terminó');
      await citizen.close();
      await operator.close();
    } finally {
      for (const line of lines) line.end();
    }
  }));
});
