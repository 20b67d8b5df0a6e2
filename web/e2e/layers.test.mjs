// Three people, one of them behind 300 kbit/s: that line gets a small picture, the others the whole one, and nobody is slowed down by it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { open, press, until } from './browser.mjs';
import { acceptAsGuest, invite, seesPictures, sends, startCall } from './guests.mjs';
import { Line } from './line.mjs';
import { Server } from './server.mjs';

/** Runs in the page: widths of the pictures that arrive within two seconds. */
async function arriving() {
  const peer = globalThis.__peers.filter((one) => one.connectionState === 'connected').at(-1);
  const videos = async () => [...(await peer.getStats()).values()].filter((one) => one.type === 'inbound-rtp' && one.kind === 'video');
  const before = new Map((await videos()).map((one) => [one.id, one.framesDecoded ?? 0]));
  await new Promise((resolve) => { setTimeout(resolve, 2_000); });
  return (await videos()).filter((one) => (one.framesDecoded ?? 0) > (before.get(one.id) ?? 0)).map((one) => one.frameWidth);
}

test('each line gets the layer that it carries', { timeout: 200_000 }, async (context) => {
  const server = await Server.start();
  const line = await Line.to(server, 11);
  const browser = await open('chromium');
  try {
    const { citizen, operator } = await startCall(browser, server);
    await seesPictures(citizen, 1);
    const link = await invite(citizen, 'Acompañante');
    line.isDown({ rate: 6_000, queue: 500 });
    const guest = await browser.page(link, { line });
    await acceptAsGuest(guest, 'Pía Ruiz');
    await press(operator, 'Admitir a Pía Ruiz');
    await seesPictures(guest, 2);
    const whole = (await sends(citizen, ['l', 'm', 'h'])).h;
    await until(operator, 'the whole picture of the citizen', inFull, whole);
    await until(guest, 'the whole picture on a wide line', inFull, whole);
    line.isDown({ rate: 300, queue: 500 });
    await until(guest, 'small pictures', onlySmall, whole / 2);
    // What matters is how it stays.
    await new Promise((resolve) => { setTimeout(resolve, 6_000); });
    const found = { narrow: await guest.evaluate(arriving), wide: await operator.evaluate(arriving) };
    context.diagnostic(JSON.stringify({ whole, ...found }));
    assert.ok(found.narrow.length > 0 && found.narrow.every((width) => width < whole), JSON.stringify(found));
    assert.ok(found.wide.includes(whole), JSON.stringify(found));
    line.isDown({ rate: 6_000, queue: 500 });
    await until(guest, 'the whole picture again', inFull, whole);
  } finally {
    await browser.close();
    line.end();
    await server.end();
  }
});

async function inFull(width) {
  const peer = globalThis.__peers.filter((one) => one.connectionState === 'connected').at(-1);
  const stats = [...(await peer.getStats()).values()];
  return stats.some((one) => one.type === 'inbound-rtp' && one.kind === 'video' && one.frameWidth === width);
}

async function onlySmall(width) {
  const peer = globalThis.__peers.filter((one) => one.connectionState === 'connected').at(-1);
  const widths = [...(await peer.getStats()).values()]
    .filter((one) => one.type === 'inbound-rtp' && one.kind === 'video' && one.framesDecoded > 0)
    .map((one) => one.frameWidth);
  return widths.length > 0 && widths.every((one) => one <= width);
}
