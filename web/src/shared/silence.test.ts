import { expect, test } from 'vitest'
import { Silence } from './silence'

const NOTHING = new Float32Array(8)
/** A quiet room with noise suppression: the last bit of sixteen moves. */
const ROOM = Float32Array.from([0, 0, 1 / 32_768, 0])

test('perfect silence for ten seconds is told, a quiet room never is', () => {
  const check = (samples: Float32Array, expected: number) => {
    const silence = new Silence()
    const looks = Array.from({ length: 200 }, (_, i) => silence.heard(samples, i * 100))
    expect(looks.indexOf(true)).toBe(expected)
  }
  check(NOTHING, 100)
  check(ROOM, -1)
})

test('it is over with the first sound, and begins anew after it', () => {
  const silence = new Silence()
  silence.heard(NOTHING, 0)
  expect(silence.heard(NOTHING, 10_000)).toBe(true)
  expect(silence.heard(ROOM, 10_100)).toBe(false)
  expect(silence.heard(NOTHING, 10_200)).toBe(false)
  expect(silence.heard(NOTHING, 20_100)).toBe(false)
  expect(silence.heard(NOTHING, 20_200)).toBe(true)
})

test('while the clock of the sound stands, or after a sleep, nothing is known', () => {
  const silence = new Silence()
  for (let i = 0; i < 500; i++) expect(silence.heard(NOTHING, 3)).toBe(false)
  silence.forget()
  expect(silence.heard(NOTHING, 60_000)).toBe(false)
})
