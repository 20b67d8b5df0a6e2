import { expect, test } from 'vitest'
import { type Sent, verdict } from './sending'

const sent = (packets: number, pairs: Record<string, number>): Sent => ({
  packets,
  pairs: new Map(Object.entries(pairs)),
})

test('packets that are counted while no pair sends a byte never left', () => {
  expect(verdict(sent(100, { old: 0, chosen: 0 }), sent(120, { old: 0, chosen: 0 }))).toBe('mute')
})

test('a pair that sends is enough, also one that is new', () => {
  expect(verdict(sent(100, { chosen: 10 }), sent(120, { chosen: 11 }))).toBe('sends')
  expect(verdict(sent(100, { gone: 900 }), sent(120, { fresh: 40 }))).toBe('sends')
})

test('who sends hardly anything is not judged', () => {
  expect(verdict(sent(100, { chosen: 10 }), sent(104, { chosen: 10 }))).toBe('unknown')
  // A connection that was made anew counts from nought.
  expect(verdict(sent(900, { chosen: 10 }), sent(20, { chosen: 10 }))).toBe('unknown')
})
