import { expect, test } from 'vitest'
import { judge, type Sample, sampleOf } from './line_test'

const line = (count: number, each: Partial<Sample> & { lostEach?: number; bytesEach?: number } = {}): Sample[] =>
  Array.from({ length: count }, (_, n) => ({
    atMs: n * 1_000,
    packets: n * 50,
    lost: n * (each.lostEach ?? 0),
    bytes: n * (each.bytesEach ?? 70_000),
    rttMs: each.rttMs ?? 30,
    path: each.path ?? 'udp',
    limited: each.limited ?? false,
  }))

test('a line is judged by what came back of the voice, and by what holds the picture back', () => {
  expect(judge(line(9))).toEqual({ verdict: 'good', path: 'udp', loss_percent: 0, kbps: 560, rtt_ms: 30 })
  // 2 of 52, 4 of 54, 12 of 62
  expect(judge(line(9, { lostEach: 1 })).verdict).toBe('good')
  expect(judge(line(9, { lostEach: 3 })).verdict).toBe('weak')
  expect(judge(line(9, { lostEach: 12 })).verdict).toBe('bad')
  expect(judge(line(9, { rttMs: 600 })).verdict).toBe('weak')
  expect(judge(line(9, { rttMs: 1_200 })).verdict).toBe('bad')
  // A quiet picture is no narrow line; one that the line holds back is.
  expect(judge(line(9, { bytesEach: 15_000 })).verdict).toBe('good')
  expect(judge(line(9, { bytesEach: 15_000, limited: true })).verdict).toBe('weak')
})

test('of a line from which nothing came back nothing else is said', () => {
  const nothing = { verdict: 'none', path: 'none', loss_percent: 0, kbps: 0, rtt_ms: 0 }
  expect(judge([])).toEqual(nothing)
  expect(judge(line(1))).toEqual(nothing)
  const silent = judge(line(9, { bytesEach: 0 }).map((one) => ({ ...one, packets: 4 })))
  expect(silent.verdict).toBe('none')
})

test('the beginning, in which a line finds its size, is not judged', () => {
  const late = line(9).map((one, n) => ({ ...one, lost: Math.min(n, 4) * 40 }))
  expect(judge(late).loss_percent).toBe(0)
})

test('the counters are found in the reports of both browsers', () => {
  const report = (entries: Record<string, object>) => new Map(Object.entries(entries))
  const voice = { type: 'inbound-rtp', kind: 'audio', packetsReceived: 500, packetsLost: 5, bytesReceived: 40_000 }
  const picture = { type: 'inbound-rtp', kind: 'video', packetsReceived: 900, packetsLost: 0, bytesReceived: 60_000 }
  const pair = { type: 'candidate-pair', state: 'succeeded', localCandidateId: 'l', currentRoundTripTime: 0.042 }
  const chromium = sampleOf(
    report({
      t: { type: 'transport', selectedCandidatePairId: 'p' },
      p: pair,
      l: { type: 'local-candidate', candidateType: 'relay', protocol: 'udp' },
      voice,
      picture,
    }),
    report({ o: { type: 'outbound-rtp', kind: 'video', qualityLimitationReason: 'bandwidth' } }),
    7,
  )
  expect(chromium).toEqual({ atMs: 7, packets: 500, lost: 5, bytes: 100_000, rttMs: 42, path: 'relay', limited: true })
  const firefox = sampleOf(
    report({
      q: { type: 'candidate-pair', state: 'failed' },
      p: { ...pair, selected: true, nominated: true },
      l: { type: 'local-candidate', candidateType: 'host', protocol: 'tcp' },
      voice,
    }),
    report({}),
    8,
  )
  expect([firefox.path, firefox.limited, firefox.bytes]).toEqual(['tcp', false, 40_000])
})
