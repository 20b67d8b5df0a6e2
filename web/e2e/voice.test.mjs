// Voices that repeat themselves (RFC 2198) between real browsers, over a line that loses: who sends and gets them so, and how much
// of the voice is made up by the browser because it never came.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { open, until } from './browser.mjs';
import { Line } from './line.mjs';
import { flows } from './media.mjs';
import * as people from './people.mjs';
import { Server } from './server.mjs';

const LOSS_PERCENT = 10;
const MEASURED_MS = 15_000;
/** A voice's packet in Chromium is of 60 bytes or so with its fake microphone, and of twice as many when it repeats one. */
const REPEATING_BYTES_MIN = 95;

describe('a voice over a line that loses', () => {
  let server;
  before(async () => { server = await Server.start(); });
  after(async () => { await server?.end(); });

  for (const [citizenKind, operatorKind, prepare] of [
    ['chromium', 'chromium'],
    ['chromium', 'chromium', withoutRed],
    ['chromium', 'firefox'],
    ['firefox', 'chromium'],
  ]) {
    const name = `of a citizen in ${citizenKind} and an operator in ${operatorKind}${prepare ? ', who offer no RED' : ''}`;
    test(name, { timeout: 240_000 }, async (context) => {
      const kinds = [...new Set([citizenKind, operatorKind])];
      const browsers = await Promise.all(kinds.map((kind) => open(kind)));
      const of = (kind) => browsers[kinds.indexOf(kind)];
      let line;
      try {
        line = await Line.to(server, 7);
        const citizen = await of(citizenKind).page(server.origin, { line, prepare });
        const operator = await of(operatorKind).page(`${server.origin}/operador`, { prepare });
        await people.intoCall(citizen, operator);
        const pages = [citizen, operator];
        const both = [citizenKind, operatorKind];
        const sendsRed = (kind) => kind === 'chromium' && !prepare;
        for (const page of pages) await flows(page);
        for (const [at, page] of pages.entries()) {
          const codec = await page.evaluate(firstCodec);
          assert.equal(codec, sendsRed(both[at]) ? 'audio/red' : 'audio/opus');
        }
        const whole = both.every(sendsRed);
        // Room for redundancy is found in the first seconds.
        if (whole) for (const page of pages) await until(page, 'a voice that repeats itself', repeats, REPEATING_BYTES_MIN);
        line.is({ loss: LOSS_PERCENT });
        const found = await Promise.all(pages.map((page) => measure(page)));
        line.is();
        for (const [at, page] of pages.entries()) {
          context.diagnostic(`${both[at]}: ${JSON.stringify(found[at])}`);
          const said = JSON.stringify(found[at]);
          if (both[at] === 'chromium') assert.equal(found[at].sentBytes > REPEATING_BYTES_MIN, sendsRed(both[at]), said);
          if (whole) assert.ok(found[at].concealed < LOSS_PERCENT / 100 / 2, said);
          // What a browser without RED is sent was repaired on its way, if it came with RED.
          if (operatorKind === 'firefox') assert.ok(found[1].lost < LOSS_PERCENT / 100 / 2, said);
          assert.deepEqual(page.problems, []);
        }
        await people.endMeeting(operator);
        await people.close(operator);
      } finally {
        line?.end();
        for (const browser of browsers) await browser.close();
      }
    });
  }
});

/** Runs in the page: its voices are offered as browsers did before RED. */
function withoutRed() {
  const add = RTCPeerConnection.prototype.addTransceiver;
  RTCPeerConnection.prototype.addTransceiver = function (trackOrKind, init) {
    const transceiver = add.call(this, trackOrKind, init);
    const kind = trackOrKind.kind ?? trackOrKind;
    const codecs = RTCRtpReceiver.getCapabilities(kind).codecs.filter((codec) => !/\/red$/.test(codec.mimeType));
    if (kind === 'audio') transceiver.setCodecPreferences(codecs);
    return transceiver;
  };
}

/** What the browser's own voice is sent as, by the answer: its statistics say "opus" of both. */
function firstCodec() {
  const peer = globalThis.__peers.filter((one) => one.connectionState !== 'closed').at(-1);
  const voice = peer.getSenders().find((sender) => sender.track?.kind === 'audio');
  return voice.getParameters().codecs[0].mimeType;
}

/** The last second's voice came in packets of at least so many bytes. */
async function repeats(bytesMin) {
  const peer = globalThis.__peers.filter((one) => one.connectionState !== 'closed').at(-1);
  const voice = async () => {
    const reports = [...(await peer.getStats()).values()];
    return reports.find((one) => one.type === 'inbound-rtp' && one.kind === 'audio' && one.packetsReceived > 0);
  };
  const first = await voice();
  await new Promise((resolve) => { setTimeout(resolve, 1_000); });
  const last = await voice();
  return (last.bytesReceived - first.bytesReceived) / (last.packetsReceived - first.packetsReceived) > bytesMin;
}

/** For some seconds: bytes of a packet of voice, sent and received; shares of it lost on the way and made up. */
function measure(page) {
  return page.evaluate(async (ms) => {
    const peer = globalThis.__peers.filter((one) => one.connectionState !== 'closed').at(-1);
    const totals = async () => {
      const sums = { out: 0, outBytes: 0, in: 0, inBytes: 0, lost: 0, concealed: 0, samples: 0, fec: 0 };
      for (const report of (await peer.getStats()).values()) {
        if (report.kind !== 'audio') continue;
        if (report.type === 'outbound-rtp') {
          sums.out += report.packetsSent;
          sums.outBytes += report.bytesSent;
        } else if (report.type === 'inbound-rtp') {
          sums.in += report.packetsReceived;
          sums.inBytes += report.bytesReceived;
          sums.lost += report.packetsLost;
          sums.concealed += (report.concealedSamples ?? 0) - (report.silentConcealedSamples ?? 0);
          sums.samples += report.totalSamplesReceived ?? 0;
          sums.fec += report.fecPacketsReceived ?? 0;
        }
      }
      return sums;
    };
    const first = await totals();
    await new Promise((resolve) => { setTimeout(resolve, ms); });
    const last = await totals();
    const passed = Object.fromEntries(Object.keys(last).map((key) => [key, last[key] - first[key]]));
    return {
      sentBytes: Math.round(passed.outBytes / passed.out),
      receivedBytes: Math.round(passed.inBytes / passed.in),
      lost: Number((passed.lost / (passed.in + passed.lost)).toFixed(4)),
      concealed: Number((passed.concealed / passed.samples).toFixed(4)),
      fec: passed.fec,
    };
  }, MEASURED_MS);
}
