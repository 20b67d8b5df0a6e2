// The whole main job: from the door to a recorded, closed visit, played by a third person, in both browsers either way round.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { open, press, sees, until } from './browser.mjs';
import { flows } from './media.mjs';
import * as people from './people.mjs';
import { beats, colour, download, moments, probe, skews, span, toneRatio } from './record.mjs';
import { Server } from './server.mjs';
import { BEAT_MS, CLOCK_MS, ROWS } from './source.mjs';

const CITIZEN = { colour: 'blue', tone: 440 };
const OPERATOR = { colour: 'green', tone: 880 };

describe('the journey', () => {
  let server;
  before(async () => { server = await Server.start(); });
  after(async () => { await server?.end(); });

  for (const [citizenKind, operatorKind] of [['chromium', 'firefox'], ['firefox', 'chromium']]) {
    test(`a citizen in ${citizenKind} is attended by an operator in ${operatorKind}`, { timeout: 240_000 }, async () => {
      const browsers = [];
      try {
        const citizen = await (await opened(browsers, citizenKind)).page(server.origin);
        const operator = await (await opened(browsers, operatorKind)).page(`${server.origin}/operador`);
        const call = await attend(server, citizen, operator);
        await operator.close();
        await citizen.close();
        const officer = await (await opened(browsers, 'chromium')).page(`${server.origin}/oficina`);
        await plays(officer, call);
      } finally {
        for (const browser of browsers) await browser.close();
      }
    });
  }

  for (const [citizenKind, operatorKind] of [['chromium', 'firefox'], ['firefox', 'chromium']]) {
    test(`recordings of ${citizenKind} and ${operatorKind} hold the right face and voice, together`, { timeout: 240_000 }, async (context) => {
      const browsers = [];
      try {
        const citizen = await (await opened(browsers, citizenKind)).page(server.origin, { source: CITIZEN });
        const operator = await (await opened(browsers, operatorKind)).page(`${server.origin}/operador`, { source: OPERATOR });
        const call = await attend(server, citizen, operator, 20_000);
        const clocks = { citizen: await soundClock(citizen), operator: await soundClock(operator) };
        await citizen.close();
        await operator.close();
        const officer = await browsers.find((browser) => browser.kind === 'chromium').page(`${server.origin}/oficina`);
        const tracks = await plays(officer, call);
        assert.equal(tracks.length, 2, JSON.stringify(tracks));
        for (const track of tracks) {
          const file = await download(officer, server.origin + track.url);
          const [mine, other] = track.role === 'citizen' ? [CITIZEN, OPERATOR] : [OPERATOR, CITIZEN];
          context.diagnostic(JSON.stringify({ role: track.role, ...holds(file, mine, other, call.seconds, clocks[track.role]) }));
          rmSync(file);
        }
      } finally {
        for (const browser of browsers) await browser.close();
      }
    });
  }
});

/** Fails unless the file has this person's face and voice over the whole call, within 40 ms of each other at every beat. */
function holds(file, mine, other, seconds, clock) {
  const { duration, codecs } = probe(file);
  assert.deepEqual(codecs, ['opus', 'vp8']);
  assert.ok(Math.abs(duration - seconds) < 1, `${duration} s recorded of a call of ${seconds} s`);
  const [picture, voice] = [span(file, 'v'), span(file, 'a')];
  assert.ok(picture.frames > 100 && voice.frames > 400, JSON.stringify({ picture, voice }));
  assert.ok(Math.abs(picture.last - voice.last) < 0.5, JSON.stringify({ picture, voice }));
  const [red, green, blue] = colour(file);
  assert.ok(mine.colour === 'blue' ? blue > 150 && green < 100 : green > 80 && blue < 100, `${red},${green},${blue}`);
  const ratio = toneRatio(file, mine.tone, [other.tone, 660, 1000]);
  assert.ok(ratio > 10, `${mine.tone} Hz is ${ratio} times the next`);
  const [pictures, onsets] = [moments(file, ROWS), beats(file)];
  assert.ok(pictures.length > picture.frames * 0.9, `the clock of ${pictures.length} of ${picture.frames} pictures can be read`);
  const found = skews(pictures, onsets, clock, { beatMs: BEAT_MS, clockMs: CLOCK_MS });
  assert.ok(found.length > seconds, `${found.length} beats in ${seconds} s`);
  const apart = found.filter(([, skew]) => Math.abs(skew) > 40);
  assert.deepEqual(apart, [], `beats further than 40 ms from their pictures, of ${JSON.stringify(found.map((one) => one.map(Math.round)))}`);
  return { duration, seconds, beats: found.length, least: Math.min(...found.map(([, skew]) => skew)), most: Math.max(...found.map(([, skew]) => skew)) };
}

function soundClock(page) {
  return page.evaluate(() => globalThis.__source.audio);
}

async function opened(browsers, kind, devices = {}) {
  const browser = await open(kind, devices);
  browsers.push(browser);
  return browser;
}

/** One call from the landing page to the saved result; returns what the record must show. */
async function attend(server, citizen, operator, talkMs = 4_000) {
  await people.signIn(operator, ...people.OPERATOR);
  const displayCode = await people.takeTurn(citizen);
  const turnoCode = await people.turnoCode(citizen);
  await people.seek(operator);
  await people.start(operator);
  await sees(operator, displayCode);
  await sees(operator, 'Ana Paz');
  await people.accept(citizen);
  await sees(citizen, 'Espere a ser admitido');
  await people.admit(operator);
  const admitted = Date.now();
  await sees(citizen, 'Se está grabando');
  await flows(citizen);
  await flows(operator);
  await people.say(citizen, 'Buen día, traigo el formulario');
  await people.read(operator, 'Buen día, traigo el formulario');
  await people.say(operator, 'Muy bien, gracias');
  await people.read(citizen, 'Muy bien, gracias');
  await new Promise((resolve) => { setTimeout(resolve, Math.max(0, talkMs - (Date.now() - admitted))); });
  const seconds = (Date.now() - admitted) / 1000;
  await people.endMeeting(operator);
  await people.close(operator, { notes: 'Trajo el formulario completo' });
  await sees(operator, 'Listo para atender');
  await sees(citizen, 'Tu atención terminó');
  assert.deepEqual([citizen.problems, operator.problems], [[], []]);
  return { turnoCode, displayCode, seconds };
}

/** Compliance finds and opens the visit, plays it, and sees it in the access log. Returns the tracks. */
async function plays(officer, call) {
  await people.signIn(officer, ...people.COMPLIANCE);
  const detail = officer.waitForResponse((answer) => answer.url().endsWith('/api/records/open'));
  await people.openRecord(officer, call.turnoCode, 'reclamo de prueba, expediente 1');
  let { tracks } = await (await detail).json();
  for (let tries = 0; tracks.some((track) => !track.ready) || tracks.length < 2; tries += 1) {
    assert.ok(tries < 20, 'the recording was not ready after 20 tries');
    await new Promise((resolve) => { setTimeout(resolve, 500); });
    const again = await officer.evaluate(async (record, reason) => (await fetch('/api/records/open', {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ record, reason }),
    })).json(), (await (await detail).json()).line.record, 'reclamo de prueba, expediente 1');
    tracks = again.tracks;
  }
  await people.reopen(officer, call.turnoCode, 'reclamo de prueba, expediente 1');
  for (const words of ['Ana Paz', 'la videoconferencia va a ser grabada', 'Muy bien, gracias', 'Trajo el formulario completo',
    'La cadena de huellas está completa']) await sees(officer, words);
  await press(officer, 'Reproducir');
  await until(officer, 'both recordings playing', () => {
    const videos = [...document.querySelectorAll('video')];
    return videos.length >= 2 && videos.every((video) => video.currentTime > 1 && video.videoWidth > 0 && !video.error);
  });
  await press(officer, 'Registro de accesos');
  for (const words of ['Buscó', 'Abrió', 'Reprodujo', 'reclamo de prueba, expediente 1']) await sees(officer, words);
  const { status, logged } = await playedFromTheMiddle(officer, (await (await detail).json()).line.record, tracks[0].url);
  assert.deepEqual([status, logged], [206, 1], 'a play that begins in the middle is logged like any other');
  return tracks;
}

/** Opens the record anew and asks for a track by Range, not from its beginning; `logged`: how many plays the access log has more. */
function playedFromTheMiddle(officer, record, url) {
  return officer.evaluate(async (name, track) => {
    const plays = async () => (await (await fetch('/api/records/access')).json()).entries.filter((entry) => entry.action === 'play').length;
    const reason = 'control de reproducción parcial';
    await fetch('/api/records/open', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ record: name, reason }) });
    const before = await plays();
    const { status } = await fetch(track, { headers: { range: 'bytes=2000-' } });
    return { status, logged: (await plays()) - before };
  }, record, url);
}
