import { describe, expect, it } from 'vitest'
import { offerDue } from './calling'
import { loudness, NO_MEDIA, stateOfError, statesNow } from './devices'
import { bundleOf, clock, firstLanguage } from './i18n'
import { remoteOf } from './peer'
import { delayBeforeMs } from './reconnect'

describe('coming back', () => {
  it('waits grow, are capped and spread', () => {
    expect(delayBeforeMs(0, 0)).toBe(250)
    expect(delayBeforeMs(1, 0)).toBe(500)
    for (let attempt = 0; attempt < 2_000; attempt += 7)
      for (const chance of [0, 0.5, 0.999]) {
        expect(delayBeforeMs(attempt, chance)).toBeLessThanOrEqual(8_000)
        expect(delayBeforeMs(attempt, chance)).toBeGreaterThanOrEqual(250)
      }
  })
})

describe('offers', () => {
  it('are made when the server wants one, but never two at once', () => {
    expect(offerDue('offer', 'none')).toBe(true)
    expect(offerDue('offer', 'offered')).toBe(false)
    // The server lost its side: the connection we hold is worth nothing.
    expect(offerDue('offer', 'answered')).toBe(true)
  })

  it('are made again when the socket died before the answer', () => {
    expect(offerDue('peer', 'unanswered')).toBe(true)
    expect(offerDue('peer', 'answered')).toBe(false)
    expect(offerDue('peer', 'none')).toBe(false)
    expect(offerDue('devices', 'unanswered')).toBe(false)
  })
})

describe('devices', () => {
  it('an error of the browser is one of three states', () => {
    const state = (name: string, message = '') => stateOfError({ name, message })
    expect(state('NotFoundError')).toBe('missing')
    expect(state('NotAllowedError')).toBe('blocked')
    expect(state('NotAllowedError', 'Permission denied by system')).toBe('withheld')
    expect(state('NotReadableError')).toBe('withheld')
  })

  it('a device that was pulled out is missing, whatever was on', () => {
    const ended = { enabled: true, readyState: 'ended' } as MediaStreamTrack
    const muted = { enabled: false, readyState: 'live' } as MediaStreamTrack
    expect(statesNow({ camera: ended, microphone: muted, states: { camera: 'on', microphone: 'on' } })).toEqual({
      camera: 'missing',
      microphone: 'off',
    })
    const taken = { kind: 'audio', readyState: 'live', enabled: true, muted: true } as MediaStreamTrack
    expect(statesNow({ ...NO_MEDIA, microphone: taken }).microphone).toBe('withheld')
    expect(statesNow(NO_MEDIA)).toEqual({ camera: 'missing', microphone: 'missing' })
  })

  it('loudness is 0 for silence and 1 for full scale', () => {
    expect(loudness(new Float32Array(8))).toBe(0)
    expect(loudness(new Float32Array(8).fill(1))).toBe(1)
    expect(loudness(new Float32Array(8).fill(0.001))).toBeCloseTo(0, 5)
    expect(loudness(new Float32Array(8).fill(0.0316))).toBeCloseTo(0.5, 2)
  })
})

describe('slots', () => {
  it('say who is heard and seen; free slots and unknown sections say nothing', () => {
    const section = (mid: string) => ({ mid, receiver: { track: { id: mid } as MediaStreamTrack } })
    const remote = remoteOf(
      [
        { mid: '3', kind: 'audio', participant: 2, paused: false },
        { mid: '10', kind: 'camera', participant: 2, paused: true },
        { mid: '4', kind: 'audio', participant: null, paused: false },
        { mid: '99', kind: 'audio', participant: 5, paused: false },
      ],
      [section('3'), section('4'), section('10')],
    )
    expect([...remote.keys()]).toEqual([2])
    expect(remote.get(2)).toMatchObject({ voice: { id: '3' }, camera: { id: '10' }, screen: null, paused: true })
  })
})

describe('language', () => {
  it('the chosen one, else the browser’s own Spanish, else the office’s', () => {
    expect(firstLanguage('en', ['es-CO'])).toBe('en')
    expect(firstLanguage(null, ['fr', 'es-CO', 'es-ES'])).toBe('es-CO')
    expect(firstLanguage('xx', ['en-US', 'es'])).toBe('es-AR')
  })

  it('two messages of one name are an error, not a surprise on the screen', () => {
    expect(() => bundleOf('en', ['a = 1', 'a = 2'])).toThrow()
  })

  it('a clock counts minutes, and hours when there are some', () => {
    expect([clock(-5), clock(0), clock(65_400), clock(3_661_000)]).toEqual(['0:00', '0:00', '1:05', '1:01:01'])
  })
})
