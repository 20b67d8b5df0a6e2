import { describe, expect, test } from 'vitest'
import { CAPTION_LINES_MAX, withCaption } from './captions'
import type { Caption } from './protocol'

const line = (participant: number, number: number, text: string, done = false): Caption => ({
  participant,
  number,
  text,
  done,
  language: null,
})
const heard = (...lines: Caption[]) => lines.reduce<readonly Caption[]>(withCaption, [])
const texts = (lines: readonly Caption[]) => lines.map((one) => one.text)

describe('captions', () => {
  test('an unfinished line grows in its place while another person speaks', () => {
    const lines = heard(line(1, 1, 'bue'), line(2, 1, 'sí'), line(1, 1, 'buenos días'))
    expect(texts(lines)).toEqual(['buenos días', 'sí'])
  })

  test('what follows a finished line is another', () => {
    const lines = heard(line(1, 1, 'hola', true), line(1, 2, '¿me'), line(1, 2, '¿me ve?', true))
    expect(texts(lines)).toEqual(['hola', '¿me ve?'])
  })

  test('a line whose end was lost with the network stays, and the next one begins below', () => {
    expect(texts(heard(line(1, 1, 'uno dos'), line(1, 3, 'cinco')))).toEqual(['uno dos', 'cinco'])
  })

  test('a line without words was taken back', () => {
    expect(heard(line(1, 1, 'eh'), line(1, 1, ''))).toEqual([])
    expect(heard(line(1, 1, '', true))).toEqual([])
  })

  test('after a restart of the server numbers begin anew, and none is there twice', () => {
    const lines = heard(line(1, 1, 'antes', true), line(1, 2, 'más', true), line(1, 1, 'después'))
    expect(texts(lines)).toEqual(['más', 'después'])
  })

  test('only the last lines are held', () => {
    const many = Array.from({ length: CAPTION_LINES_MAX + 5 }, (_, at) => line(1, at + 1, `${at + 1}`, true))
    const lines = heard(...many)
    expect([lines.length, lines[0]?.text]).toEqual([CAPTION_LINES_MAX, '6'])
  })
})
