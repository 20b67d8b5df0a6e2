// Closed networks, as far as a browser alone can show them: no UDP, and nothing but the pages' own port. Between two hosts whose
// network really forbids it: `npm run closed-networks`.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { open } from './browser.mjs';
import { flows } from './media.mjs';
import * as people from './people.mjs';
import { Server } from './server.mjs';

/** As where UDP goes nowhere and there is no relay: only TCP candidates of the answer are left. */
function onlyTcp() {
  const Real = globalThis.RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Real {
    constructor(settings) {
      super({ ...settings, iceServers: [] });
    }
    setRemoteDescription({ type, sdp }) {
      return super.setRemoteDescription({ type, sdp: sdp.replace(/^a=candidate:\S+ 1 udp .*\r\n/gm, '') });
    }
  };
}

/** As where nothing but the pages' own port can be reached. */
function onlyRelay() {
  const Real = globalThis.RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Real {
    constructor(settings) {
      super({ ...settings, iceTransportPolicy: 'relay' });
    }
  };
}

/** The path in use, of a browser that tells. */
function path(page) {
  return page.evaluate(async () => {
    const peer = globalThis.__peers.filter((one) => one.connectionState !== 'closed').at(-1);
    const all = await peer.getStats();
    const pairs = [...all.values()].filter((one) => one.type === 'candidate-pair' && one.nominated && one.state === 'succeeded');
    const used = pairs.sort((a, b) => b.bytesReceived - a.bytesReceived)[0];
    const [local, remote] = [all.get(used.localCandidateId), all.get(used.remoteCandidateId)];
    return { relay: local.relayProtocol, remote: remote.protocol };
  });
}

describe('closed networks', () => {
  let server;
  let browsers;
  before(async () => {
    server = await Server.start();
    browsers = {};
  });
  after(async () => {
    for (const browser of Object.values(browsers ?? {})) await browser.close();
    await server?.end();
  });

  async function call(prepare, expected, operators) {
    // Another person, another browser.
    browsers.citizen = await open('chromium');
    const citizen = await browsers.citizen.page(server.origin, { prepare });
    browsers.operator = await open(operators);
    const operator = await browsers.operator.page(`${server.origin}/operador`, { prepare });
    await people.intoCall(citizen, operator);
    await flows(citizen);
    await flows(operator);
    assert.ok(expected(await path(citizen)), JSON.stringify(await path(citizen)));
    await people.endMeeting(operator);
    await people.close(operator);
    for (const name of ['citizen', 'operator']) {
      await browsers[name].close();
      delete browsers[name];
    }
  }

  test('no UDP: voice and picture go by TCP', { timeout: 240_000 }, () => call(onlyTcp, ({ remote }) => remote === 'tcp', 'firefox'));

  test('nothing but the pages’ port: voice and picture go by the relay', { timeout: 240_000 }, () => call(onlyRelay, ({ relay }) => relay === 'tcp', 'chromium'));
});
