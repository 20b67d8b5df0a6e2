// A line that shrinks to 300 kbit/s: the one behind it hears everything, the other's browser sends what the line carries, and
// more again when it does.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { open, sees } from './browser.mjs';
import { flows } from './media.mjs';
import * as people from './people.mjs';
import { Line } from './line.mjs';
import { Server } from './server.mjs';

const NARROW_BPS = 300_000;
/** The mark is 80 % (docs/bandwidth.md); the rest is left to a busy machine. */
const USED_KBPS_MIN = NARROW_BPS * 0.75 / 1_000;
/** Kilobits a second to the page; what waits longer than half a second is lost. */
const NARROW = { rate: NARROW_BPS / 1_000, queue: 500 };
const WIDE = { rate: 3_000, queue: 500 };

describe('a narrow line', () => {
  for (const [receiverKind, senderKind] of [['chromium', 'chromium'], ['firefox', 'chromium']]) {
    test(`of a citizen in ${receiverKind} is filled and not flooded by ${senderKind}`, { timeout: 180_000 }, async (context) => {
      const server = await Server.start();
      const line = await Line.to(server, 7);
      const browsers = [];
      try {
        for (const kind of new Set([receiverKind, senderKind])) browsers.push(await open(kind));
        const of = (kind) => browsers.find((browser) => browser.kind === kind);
        const citizen = await of(receiverKind).page(server.origin, { line });
        const operator = await of(senderKind).page(`${server.origin}/operador`);
        line.isDown(WIDE);
        await attend(citizen, operator);
        await flows(citizen);
        await reaches(citizen, 'more than the narrow line carries', (bps) => bps > 450_000);
        line.isDown(NARROW);
        await reaches(citizen, 'no more than the narrow line carries', (bps) => bps < NARROW_BPS * 1.05);
        await reaches(operator, 'a sender that follows', (bps) => bps < NARROW_BPS * 1.2, 'outbound-rtp');
        // What matters is how it is while it stays narrow.
        const first = await totals(citizen);
        await pause(12_000);
        const last = await totals(citizen);
        const seconds = (last.at - first.at) / 1_000;
        const found = {
          kbps: Math.round(((last.bytes - first.bytes) * 8) / seconds / 1_000),
          pictures: (last.frames - first.frames) / seconds,
          concealed: (last.concealed - first.concealed) / (last.samples - first.samples),
          voices: (last.voices - first.voices) / seconds,
        };
        context.diagnostic(JSON.stringify(found));
        assert.ok(found.kbps > USED_KBPS_MIN, JSON.stringify(found));
        assert.ok(found.voices > 48, JSON.stringify(found));
        assert.ok(found.concealed < 0.03, JSON.stringify(found));
        assert.ok(found.pictures > 3, JSON.stringify(found));
        line.isDown(WIDE);
        await reaches(citizen, 'more again', (bps) => bps > 450_000);
        await people.endMeeting(operator);
      } finally {
        for (const browser of browsers) await browser.close();
        line.end();
        await server.end();
      }
    });
  }
});

async function attend(citizen, operator) {
  await people.signIn(operator, ...people.OPERATOR);
  const displayCode = await people.takeTurn(citizen);
  await people.seek(operator);
  await people.start(operator);
  await sees(operator, displayCode);
  await people.accept(citizen);
  await people.admit(operator);
  await sees(citizen, 'Se está grabando');
}

const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/** Sums of the newest connection; `kind` says which way. */
function totals(page, kind = 'inbound-rtp') {
  return page.evaluate(async (wanted) => {
    const peer = globalThis.__peers.filter((one) => one.connectionState !== 'closed').at(-1);
    const sums = { at: performance.now(), bytes: 0, frames: 0, concealed: 0, samples: 0, voices: 0 };
    for (const report of (await peer.getStats()).values()) {
      if (report.type !== wanted) continue;
      const [bytes, headers, packets] = wanted === 'inbound-rtp'
        ? [report.bytesReceived, report.headerBytesReceived, report.packetsReceived]
        : [report.bytesSent, report.headerBytesSent, report.packetsSent];
      // SRTP's tag, UDP and IP before each packet; Firefox does not count RTP headers everywhere.
      sums.bytes += (bytes ?? 0) + (headers ?? (packets ?? 0) * 20) + (packets ?? 0) * 44;
      sums.frames += report.framesDecoded ?? 0;
      sums.concealed += (report.concealedSamples ?? 0) - (report.silentConcealedSamples ?? 0);
      sums.samples += report.totalSamplesReceived ?? 0;
      if (report.kind === 'audio') sums.voices += packets ?? 0;
    }
    return sums;
  }, kind);
}

/** Waits until the rate over two seconds is as wanted. */
async function reaches(page, what, wanted, kind) {
  const deadline = Date.now() + 45_000;
  const seen = [];
  while (Date.now() < deadline) {
    const first = await totals(page, kind);
    await pause(2_000);
    const last = await totals(page, kind);
    const bps = ((last.bytes - first.bytes) * 8_000) / (last.at - first.at);
    seen.push(Math.round(bps / 1_000));
    if (wanted(bps)) return;
  }
  throw new Error(`waited 45 s for ${what}; kbit/s were ${seen.join(', ')}`);
}
