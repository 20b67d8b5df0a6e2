// Pictures a second, between real pages through the real server: what is asked of the camera and of the encoder, and that what was sent
// arrives. How many a machine makes beside everything else is told, not judged.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { open, press, until } from './browser.mjs';
import { acceptAsGuest, invite, seesPictures, sends, startCall } from './guests.mjs';
import { Server } from './server.mjs';

const MEASURED_MS = 6_000;
/** EN 301 549 §6.5.3 */
const PICTURES_MIN = 20;
/** A picture that was just sent has not arrived yet; loopback loses nothing else. */
const ARRIVES_MIN = 0.9;

/** In the page: pictures that its camera made, that were sent by layer and that arrived by section, since it was opened. */
async function counted() {
  const peer = globalThis.__peers.filter((one) => one.connectionState === 'connected').at(-1);
  const counts = { at: performance.now(), made: 0, sent: {}, received: {}, decoded: {} };
  for (const one of (await peer.getStats()).values()) {
    if (one.kind !== 'video') continue;
    if (one.type === 'media-source') counts.made = Math.max(counts.made, one.frames ?? 0);
    if (one.type === 'outbound-rtp' && one.rid) counts.sent[one.rid] = one.framesSent ?? 0;
    if (one.type === 'inbound-rtp') [counts.received[one.mid], counts.decoded[one.mid]] = [one.framesReceived ?? 0, one.framesDecoded ?? 0];
  }
  return counts;
}

/** Pictures a second of everything that moved. */
async function rates(pages) {
  const before = await Promise.all(pages.map((page) => page.evaluate(counted)));
  await new Promise((resolve) => { setTimeout(resolve, MEASURED_MS); });
  const after = await Promise.all(pages.map((page) => page.evaluate(counted)));
  return after.map((now, index) => {
    const was = before[index];
    const seconds = (now.at - was.at) / 1_000;
    const each = (what) => Object.fromEntries(Object.entries(now[what])
      .map(([key, count]) => [key, Math.round((count - (was[what][key] ?? 0)) / seconds * 10) / 10])
      .filter(([, rate]) => rate > 0));
    return { made: Math.round((now.made - was.made) / seconds * 10) / 10, sent: each('sent'), received: each('received'), decoded: each('decoded') };
  });
}

/** In the page: what was asked of camera and encoder. */
function asked() {
  const peer = globalThis.__peers.filter((one) => one.connectionState === 'connected').at(-1);
  const sender = peer.getSenders().find((one) => one.track?.kind === 'video');
  const { encodings, degradationPreference } = sender.getParameters();
  return {
    camera: sender.track.getConstraints().frameRate?.ideal,
    gives: sender.track.getSettings().frameRate,
    hint: sender.track.contentHint,
    most: encodings.map((one) => one.maxFramerate ?? null),
    degradationPreference: degradationPreference ?? null,
  };
}

test('twenty pictures a second are asked for and sent on, of two people and of three', { timeout: 240_000 }, async (context) => {
  const server = await Server.start();
  const browser = await open('chromium');
  try {
    const { citizen, operator } = await startCall(browser, server);
    await seesPictures(citizen, 1);
    await seesPictures(operator, 1);
    for (const page of [citizen, operator]) {
      const wanted = await page.evaluate(asked);
      assert.ok(wanted.camera >= PICTURES_MIN && wanted.gives >= PICTURES_MIN, JSON.stringify(wanted));
      assert.ok(wanted.most.every((most) => most === null || most >= PICTURES_MIN), JSON.stringify(wanted));
    }
    const [from, to] = await rates([citizen, operator]);
    context.diagnostic(`two people, pictures a second: ${JSON.stringify({ citizen: from, operator: to })}`);
    arrives(from.sent.l, to.received);
    arrives(to.sent.l, from.received);

    const link = await invite(citizen, 'Intérprete');
    const interpreter = await browser.page(link, { context: await browser.browser.createBrowserContext() });
    await acceptAsGuest(interpreter, 'Inés Sol');
    await press(operator, 'Admitir a Inés Sol');
    await seesPictures(operator, 2);
    const pin = await until(interpreter, 'the tuned encoder', tuned);
    assert.equal(pin.hint, 'motion', 'hands: many pictures before sharp ones');
    assert.equal(pin.degradationPreference, 'maintain-framerate');
    assert.ok(pin.most.every((most) => most === null || most >= PICTURES_MIN), JSON.stringify(pin));
    await sends(interpreter, ['l', 'm', 'h']).catch(() => undefined);
    const all = await rates([citizen, operator, interpreter]);
    context.diagnostic(`three people, pictures a second: ${JSON.stringify(all)}`);
    // Each gets two pictures, of one layer each: as many as its sender sent of some layer.
    for (const [index, one] of all.entries()) {
      const sent = all.filter((_, other) => other !== index).map((other) => Math.min(...Object.values(other.sent)));
      const received = Object.values(one.received).sort((a, b) => a - b);
      assert.equal(received.length, 2, JSON.stringify(one));
      sent.sort((a, b) => a - b);
      for (const [which, rate] of sent.entries()) assert.ok(received[which] >= rate * ARRIVES_MIN, JSON.stringify({ sent, received }));
    }
  } finally {
    await browser.close();
    await server.end();
  }
});

function arrives(sent, received) {
  const [most] = Object.values(received).sort((a, b) => b - a);
  assert.ok(sent > 0 && most >= sent * ARRIVES_MIN, JSON.stringify({ sent, received }));
}

/** In the page: what was asked, once the encoder was set up for hands. */
async function tuned() {
  const peer = globalThis.__peers.filter((one) => one.connectionState === 'connected').at(-1);
  const sender = peer?.getSenders().find((one) => one.track?.kind === 'video');
  if (sender?.track.contentHint !== 'motion') return null;
  const { encodings, degradationPreference } = sender.getParameters();
  if (!degradationPreference) return null;
  return { hint: sender.track.contentHint, most: encodings.map((one) => one.maxFramerate ?? null), degradationPreference };
}
