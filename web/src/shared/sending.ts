// Whether what a connection says it sends really leaves. Firefox (seen in 153) gives a connection up after some seconds without an
// answer; an ICE restart then brings back what comes, and packets go on being counted, but no byte of them is sent any more.

/** Packets that were counted, and bytes by each pair of addresses. */
export interface Sent {
  packets: number
  pairs: ReadonlyMap<string, number>
}

/** Between two looks: twenty packets of a voice. */
export const LOOK_MS = 400
/** Fewer prove nothing: nobody speaks, and no picture is sent. */
const PACKETS_MIN = 5

/** What the connection has sent so far. */
export async function sentBy(connection: RTCPeerConnection): Promise<Sent> {
  let packets = 0
  const pairs = new Map<string, number>()
  for (const report of (await connection.getStats()).values()) {
    if (report.type === 'outbound-rtp') packets += report.packetsSent ?? 0
    if (report.type === 'candidate-pair') pairs.set(report.id, report.bytesSent ?? 0)
  }
  return { packets, pairs }
}

/** What two looks tell: bytes left, or packets were counted and not one byte left, or hardly anything was sent. */
export function verdict(before: Sent, after: Sent): 'sends' | 'mute' | 'unknown' {
  if ([...after.pairs].some(([pair, bytes]) => bytes > (before.pairs.get(pair) ?? 0))) return 'sends'
  return after.packets - before.packets >= PACKETS_MIN ? 'mute' : 'unknown'
}
