// What really arrives at a person: frames decoded and audio energy, from the browser's own statistics.
import { until } from './browser.mjs';

/** Sums over the receiving tracks of the newest open connection. */
export function received(page) {
  return page.evaluate(async () => {
    const peers = (globalThis.__peers ?? []).filter((peer) => peer.connectionState !== 'closed');
    const peer = peers.at(-1);
    const sums = { frames: 0, width: 0, energy: 0, packets: 0, lost: 0, nacks: 0, bytes: 0, state: peer?.connectionState ?? 'none' };
    if (!peer) return sums;
    for (const report of (await peer.getStats()).values()) {
      if (report.type !== 'inbound-rtp') continue;
      sums.frames += report.framesDecoded ?? 0;
      sums.width = Math.max(sums.width, report.frameWidth ?? 0);
      sums.energy += report.totalAudioEnergy ?? 0;
      sums.packets += report.packetsReceived ?? 0;
      sums.lost += report.packetsLost ?? 0;
      sums.nacks += report.nackCount ?? 0;
      sums.bytes += report.bytesReceived ?? 0;
    }
    return sums;
  });
}

/** Waits until `frames` more pictures were decoded and the voice carried energy since now. */
export async function flows(page, frames = 40) {
  const before = await received(page);
  return until(page, `${frames} more frames and audio energy (before: ${JSON.stringify(before)})`, async (start, wanted) => {
    const peer = (globalThis.__peers ?? []).filter((one) => one.connectionState !== 'closed').at(-1);
    if (!peer) return null;
    let decoded = 0;
    let energy = 0;
    for (const report of (await peer.getStats()).values()) {
      if (report.type !== 'inbound-rtp') continue;
      decoded += report.framesDecoded ?? 0;
      energy += report.totalAudioEnergy ?? 0;
    }
    // A new connection counts from zero.
    const base = decoded < start.frames ? { frames: 0, energy: 0 } : start;
    return decoded >= base.frames + wanted && energy > base.energy ? { decoded, energy } : null;
  }, before, frames);
}
