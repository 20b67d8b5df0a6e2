import { expect, it } from 'vitest'
import type { RecordEvent, Track } from '../shared/protocol'
import { marksOf, positionOf, timeInTrack, timelinesOf, within } from './timeline'

const track = (n: number, interval: number, begins_ms: number, duration_ms: number): Track => ({
  track: n,
  interval,
  participant: n,
  role: n === 1 ? 'citizen' : 'operator',
  by_phone: false,
  url: '',
  begins_ms,
  duration_ms,
  gaps_ms: 0,
  ready: true,
})
// The operator is recorded first; the citizen comes 700 ms later and stays longer.
const operator = track(2, 1, 10_000, 5_000)
const citizen = track(1, 1, 10_700, 6_000)
const later = track(1, 2, 60_000, 1_000)

it('each interval is a timeline from the first beginning to the last end', () => {
  const timelines = timelinesOf([later, citizen, operator])
  expect(timelines.map(({ interval, beginsMs, lengthMs }) => [interval, beginsMs, lengthMs])).toEqual([
    [1, 10_000, 6_700],
    [2, 60_000, 1_000],
  ])
})

it('a position is a time in each track that covers it, and back', () => {
  const [timeline] = timelinesOf([citizen, operator])
  if (!timeline) throw new Error('no timeline')
  expect(timeInTrack(timeline, operator, 0)).toBe(0)
  expect(timeInTrack(timeline, citizen, 0)).toBeNull()
  expect(timeInTrack(timeline, citizen, 700)).toBe(0)
  expect(timeInTrack(timeline, operator, 4_999)).toBe(4_999)
  expect(timeInTrack(timeline, operator, 5_000)).toBeNull()
  for (const position of [700, 3_210, 6_699]) {
    const time = timeInTrack(timeline, citizen, position)
    expect(time === null ? null : positionOf(timeline, citizen, time)).toBe(position)
  }
  expect([within(timeline, -5), within(timeline, 99_999)]).toEqual([0, 6_700])
})

it('changes of a line are marked where they happened, other facts and other intervals are not', () => {
  const [timeline] = timelinesOf([citizen, operator])
  if (!timeline) throw new Error('no timeline')
  const judged = (at_ms: number): RecordEvent => ({
    at_ms,
    kind: 'line_judged',
    guest: null,
    line: { participant: 1, role: 'citizen', strand: 'voice_up', level: 'unstable' },
  })
  const events = [
    judged(9_000),
    { at_ms: 11_000, kind: 'chat_sent', guest: null, line: null },
    judged(12_500),
    judged(60_000),
  ]
  expect(marksOf(timeline, events).map(({ positionMs }) => positionMs)).toEqual([2_500])
})
