// What an equipment test says of a line, in one word. Pure: the counters of the two connections in, the verdict out.
import type { LinePath, LineTest, LineVerdict } from './protocol'

/** The counters at one moment. */
export interface Sample {
  atMs: number
  /** Voice that came back, and that did not: what is lost on the way out is missing on the way back as well. */
  packets: number
  lost: number
  /** Voice and picture that came back. */
  bytes: number
  rttMs: number
  path: LinePath
  /** The browser says that the line, and not the camera, holds the picture back. */
  limited: boolean
}

/** Up to here nobody notices (C21 begins to count above it). */
const GOOD_LOSS_MAX = 3
const WEAK_LOSS_MAX = 10
const GOOD_RTT_MS_MAX = 400
const WEAK_RTT_MS_MAX = 1_000
/** Below this a document before the camera cannot be read; only where the line is what holds it back. */
const GOOD_KBPS_MIN = 150
/** What a voice takes. */
const WEAK_KBPS_MIN = 30
/** The beginning says little: the line's size is being found out. */
const JUDGED_SAMPLES = 4

export function judge(samples: readonly Sample[]): LineTest {
  const judged = samples.slice(-JUDGED_SAMPLES)
  const first = judged[0]
  const last = judged.at(-1)
  if (!first || !last || last.atMs <= first.atMs)
    return { verdict: 'none', path: 'none', loss_percent: 0, kbps: 0, rtt_ms: 0 }
  const lost = Math.max(0, last.lost - first.lost)
  const all = lost + Math.max(0, last.packets - first.packets)
  const loss = all === 0 ? 100 : (100 * lost) / all
  const kbps = Math.max(0, (8 * (last.bytes - first.bytes)) / (last.atMs - first.atMs))
  return {
    verdict: verdictOf(loss, kbps, last.rttMs, last.limited),
    path: last.path,
    loss_percent: Math.min(100, Math.round(loss)),
    kbps: Math.round(kbps),
    rtt_ms: Math.min(65_535, Math.round(last.rttMs)),
  }
}

function verdictOf(loss: number, kbps: number, rttMs: number, limited: boolean): LineVerdict {
  if (kbps === 0) return 'none'
  if (loss > WEAK_LOSS_MAX || rttMs > WEAK_RTT_MS_MAX || kbps < WEAK_KBPS_MIN) return 'bad'
  if (loss > GOOD_LOSS_MAX || rttMs > GOOD_RTT_MS_MAX || (limited && kbps < GOOD_KBPS_MIN)) return 'weak'
  return 'good'
}

type Stats = Iterable<[string, unknown]> & { get(id: string): unknown }
type Entry = { readonly [key in Key]?: unknown }
type Key =
  | 'type'
  | 'kind'
  | 'state'
  | 'selected'
  | 'nominated'
  | 'protocol'
  | 'candidateType'
  | 'localCandidateId'
  | 'selectedCandidatePairId'
  | 'qualityLimitationReason'
  | 'packetsReceived'
  | 'packetsLost'
  | 'bytesReceived'
  | 'currentRoundTripTime'

const entriesOf = (stats: Stats): Entry[] => [...stats].map(([, entry]) => entry as Entry)
const numberOf = (entry: Entry | undefined, key: Key) => {
  const value = entry?.[key]
  return typeof value === 'number' ? value : 0
}

/** The counters out of two `RTCStatsReport`s (W3C webrtc-stats). */
export function sampleOf(received: Stats, sent: Stats, atMs: number): Sample {
  const entries = entriesOf(received)
  const inbound = entries.filter((entry) => entry.type === 'inbound-rtp')
  const voice = inbound.find((entry) => entry.kind === 'audio')
  const pair = pairOf(received)
  const local = pair && (received.get(String(pair.localCandidateId)) as Entry | undefined)
  const outbound = entriesOf(sent).find((entry) => entry.type === 'outbound-rtp' && entry.kind === 'video')
  return {
    atMs,
    packets: numberOf(voice, 'packetsReceived'),
    lost: numberOf(voice, 'packetsLost'),
    bytes: inbound.reduce((sum, entry) => sum + numberOf(entry, 'bytesReceived'), 0),
    rttMs: numberOf(pair, 'currentRoundTripTime') * 1_000,
    path: pathOf(local),
    // Firefox does not say: then the line is given the benefit of the doubt.
    limited: outbound?.qualityLimitationReason === 'bandwidth',
  }
}

/** The pair in use: Chromium names it by the transport, Firefox marks it as selected. */
function pairOf(stats: Stats): Entry | undefined {
  const entries = entriesOf(stats)
  const transport = entries.find((entry) => entry.type === 'transport' && entry.selectedCandidatePairId)
  if (transport) return stats.get(String(transport.selectedCandidatePairId)) as Entry | undefined
  const pairs = entries.filter((entry) => entry.type === 'candidate-pair' && entry.state === 'succeeded')
  return pairs.find((entry) => entry.selected === true) ?? pairs.find((entry) => entry.nominated === true)
}

function pathOf(candidate: Entry | undefined): LinePath {
  if (!candidate) return 'none'
  if (candidate.candidateType === 'relay') return 'relay'
  return candidate.protocol === 'tcp' ? 'tcp' : 'udp'
}
