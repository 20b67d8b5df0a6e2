// The pure parts of what people can do in a call.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { documentIn } from './document_number'
import { LIVE_EVERY_MS, liveSender, NO_LIVE, withFinished, withLive } from './live_text'
import { hearServerClock, serverNow } from './server_clock'
import { warningOf } from './ui/time_left'

describe('document numbers', () => {
  it.each([
    ['mi DNI es 12345678Z', 'DNI'],
    ['12.345.678-z', 'DNI'],
    ['NIE X1234567L, gracias', 'NIE'],
    ['cuit 20-12345678-6', 'CUIT'],
    ['20123456786', 'CUIT'],
    ['soy el 20.345.678', 'DNI'],
    ['documento 20345678', 'DNI'],
    ['nit 899.999.063-3', 'NIT'],
    ['cédula 1.020.304.050', 'CC'],
  ])('%s', (text, kind) => expect(documentIn(text)).toBe(kind))

  it.each([
    'no se escucha nada',
    'son las 10:30 del 24/11/2026',
    'cuesta 1.500 pesos',
    'el piso 3, oficina 12',
    // The letter and the last digit are wrong: a number, but nobody's document.
    'X1234567A',
    '20123456785',
    'el expediente 4521-2026',
  ])('%s', (text) => expect(documentIn(text)).toBeNull())
})

describe('real-time text', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('the first letter goes at once, the next ones together, erasing included', () => {
    const sent: [string, boolean][] = []
    const sender = liveSender((text, done) => sent.push([text, done]))
    sender.write('h')
    sender.write('ho')
    sender.write('hol')
    sender.write('ho')
    expect(sent).toEqual([['h', false]])
    vi.advanceTimersByTime(LIVE_EVERY_MS)
    expect(sent).toEqual([
      ['h', false],
      ['ho', false],
    ])
    sender.finish('hola')
    vi.advanceTimersByTime(10 * LIVE_EVERY_MS)
    expect(sent.at(-1)).toEqual(['hola', true])
    expect(sent).toHaveLength(3)
  })

  it('a letter of somebody else opens the panel, an own one does not', () => {
    expect(withLive(NO_LIVE, { from: 1, text: 'a' }, 1).open).toBe(false)
    const live = withLive(NO_LIVE, { from: 2, text: 'a' }, 1)
    expect(live).toEqual({ open: true, lines: new Map([[2, 'a']]) })
    expect(withLive(live, { from: 2, text: '' }, 1).lines.size).toBe(0)
  })

  it('a finished line takes its own letters away, not those of the next one', () => {
    const line = { number: 1, from: 2, text: 'buen día', at_ms: 0, live: true }
    const writing = withLive(NO_LIVE, { from: 2, text: 'buen dí' }, 1)
    expect(withFinished(writing, line, 1).lines.size).toBe(0)
    const further = withLive(writing, { from: 2, text: 'q' }, 1)
    expect(withFinished(further, line, 1).lines.get(2)).toBe('q')
    expect(withFinished(writing, { ...line, live: false }, 1)).toBe(writing)
  })
})

describe('time', () => {
  it('warns at five minutes and at two', () => {
    expect([301_000, 300_000, 121_000, 120_000, 0].map(warningOf)).toEqual([null, 300_000, 300_000, 120_000, 120_000])
  })

  it('a page whose clock is an hour wrong counts by the server', () => {
    const own = Date.now()
    hearServerClock(own + 3_600_000, own - 20, own + 20)
    expect(Math.abs(serverNow() - Date.now() - 3_600_000)).toBeLessThan(50)
    // A slow pong tells worse than the quick one before.
    hearServerClock(own + 3_600_400, own - 1_000, own + 1_000)
    expect(Math.abs(serverNow() - Date.now() - 3_600_000)).toBeLessThan(50)
    hearServerClock(own, own - 1_000, own + 1_000)
    expect(Math.abs(serverNow() - Date.now())).toBeLessThan(50)
  })
})
