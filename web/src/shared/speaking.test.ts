import { expect, test } from 'vitest'
import { listened, NOBODY, type Speaking } from './speaking'

/** Levels of two people, ten looks a second; returns what was said after each. */
function heard(levels: readonly (readonly [number, number])[]): Speaking[] {
  const voices = new Map()
  let before = NOBODY
  return levels.map(([first, second], i) => {
    const now = new Map([
      [1, first],
      [2, second],
    ])
    before = listened(voices, now, i * 100, before)
    return before
  })
}

test('a pause between words is no end, and silence is', () => {
  const said = heard([...Array(3).fill([0.6, 0]), ...Array(12).fill([0, 0])])
  expect([...(said[0]?.now ?? [])]).toEqual([1])
  expect([...(said[9]?.now ?? [])]).toEqual([1])
  expect(said[14]?.now.size).toBe(0)
})

test('the floor is for who speaks for a while, and is kept against who falls in', () => {
  const cough = heard([...Array(3).fill([0, 0.6]), ...Array(12).fill([0, 0])])
  expect(cough.every((one) => one.floor === null)).toBe(true)
  const talk = heard([...Array(15).fill([0.6, 0]), ...Array(20).fill([0.6, 0.6]), ...Array(30).fill([0, 0.6])])
  expect(talk[14]?.floor).toBe(1)
  expect(talk[34]?.floor).toBe(1)
  expect(talk[64]?.floor).toBe(2)
})
