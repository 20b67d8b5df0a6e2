// WHIP and WHEP as a public library speaks them (whip-whep, by other people), in a page that is not ours: it publishes in the
// citizen's place and receives in the operator's.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { after, before, describe, test } from 'node:test';
import { open, until } from './browser.mjs';
import { flows } from './media.mjs';
import * as people from './people.mjs';
import { Server } from './server.mjs';

const source = (name) => readFileSync(fileURLToPath(new URL(`../node_modules/whip-whep/${name}.js`, import.meta.url)), 'utf8');

/** A page of the same browser that is no screen of ours, with the library in it. */
async function program(browser, origin, name) {
  const page = await browser.page('about:blank');
  await page.setBypassCSP(true);
  await page.goto(`${origin}/health`);
  await page.evaluate(async (text) => {
    globalThis.library = await import(URL.createObjectURL(new Blob([text], { type: 'text/javascript' })));
  }, source(name));
  return page;
}

const token = (page, path) => page.evaluate(async (where) => (await (await fetch(where, { method: 'POST' })).json()).token, path);

describe('WHIP and WHEP', () => {
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

  test('a public library publishes for the citizen and receives for the operator, and leaves', { timeout: 240_000 }, async () => {
    const citizen = await browsers[0].page(server.origin);
    const operator = await browsers[1].page(`${server.origin}/operador`);
    await people.intoCall(citizen, operator);
    await flows(operator);

    const sender = await program(browsers[0], server.origin, 'whip');
    await sender.evaluate(async (secret) => {
      const media = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
      const peer = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
      for (const track of media.getTracks()) peer.addTransceiver(track, { direction: 'sendonly' });
      globalThis.client = new globalThis.library.WHIPClient();
      await globalThis.client.publish(peer, new URL('/whip', location.origin).href, secret);
    }, await token(citizen, '/api/visits/mine/program'));
    await until(sender, 'a connected peer', () => globalThis.client.pc.connectionState === 'connected');
    await flows(operator);
    const sent = await until(sender, 'pictures on their way', async () => {
      const reports = [...(await globalThis.client.pc.getStats()).values()].filter((report) => report.type === 'outbound-rtp');
      return reports.length === 2 && reports.every((report) => report.packetsSent > 50) && reports.map((report) => report.kind).sort();
    });
    assert.deepEqual(sent, ['audio', 'video']);

    const receiver = await program(browsers[1], server.origin, 'whep');
    await receiver.evaluate(async (secret) => {
      const peer = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
      for (const kind of ['audio', 'video']) peer.addTransceiver(kind, { direction: 'recvonly' });
      // A voice is decoded when something plays it.
      const player = document.body.appendChild(document.createElement('video'));
      player.srcObject = new MediaStream(peer.getReceivers().map((one) => one.track));
      void player.play();
      globalThis.client = new globalThis.library.WHEPClient();
      await globalThis.client.view(peer, new URL('/whep', location.origin).href, secret);
    }, await token(operator, '/api/operator/program'));
    await flows(receiver);

    // The library's own way of going: DELETE of the resource, after which the page is asked for its camera again.
    await receiver.evaluate(() => globalThis.client.stop());
    await sender.evaluate(() => globalThis.client.stop());
    await flows(citizen);
    await flows(operator);
  });

  test('who has no token is told so in the library’s own words', { timeout: 120_000 }, async () => {
    const stranger = await program(browsers[0], server.origin, 'whip');
    const refused = await stranger.evaluate(async () => {
      const peer = new RTCPeerConnection();
      peer.addTransceiver('audio', { direction: 'sendonly' });
      try {
        await new globalThis.library.WHIPClient().publish(peer, new URL('/whip', location.origin).href, '1.1.00');
        return 'taken';
      } catch (error) {
        return String(error);
      }
    });
    assert.match(refused, /401/);
  });
});
