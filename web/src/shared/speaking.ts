// Who is speaking, by the loudness of the voices on this page: no message of the server is needed, and who is not heard
// here is not shown as speaking.
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { loudness } from './devices'

/** Looked at so often: faster than a syllable. */
const LOOK_EVERY_MS = 100
/** Louder than this on the decibel scale is a voice, not a room: about −42 dB. */
const VOICE_LEVEL = 0.3
/** Between two words nobody has stopped speaking. */
const PAUSE_MS = 700
/** Whoever speaks for so long is meant to be looked at; a cough is not. */
const FLOOR_MS = 1_200

export interface Speaking {
  /** Participants who speak now. */
  now: ReadonlySet<number>
  /** Who held the floor last. */
  floor: number | null
}

interface Voice {
  heardAt: number
  /** Since when without a pause; none while silent. */
  since: number | null
}

export const NOBODY: Speaking = { now: new Set(), floor: null }

/** One look at the levels: pure, so that it can be tried without a browser's ears. */
export function listened(
  voices: Map<number, Voice>,
  levels: ReadonlyMap<number, number>,
  at: number,
  before: Speaking,
): Speaking {
  for (const number of voices.keys()) if (!levels.has(number)) voices.delete(number)
  for (const [number, level] of levels) {
    const voice = voices.get(number) ?? { heardAt: Number.NEGATIVE_INFINITY, since: null }
    if (level > VOICE_LEVEL) {
      voice.heardAt = at
      voice.since ??= at
    } else if (at - voice.heardAt > PAUSE_MS) voice.since = null
    voices.set(number, voice)
  }
  const speakers = [...voices].filter(([, voice]) => voice.since !== null)
  const now = new Set(speakers.map(([number]) => number))
  const held = speakers.filter(([, voice]) => voice.since !== null && at - voice.since >= FLOOR_MS)
  // Who has the floor keeps it while he speaks, though others fall in.
  const keeps = before.floor !== null && now.has(before.floor)
  const floor = keeps ? before.floor : (held[0]?.[0] ?? (levels.has(before.floor ?? -1) ? before.floor : null))
  const same = floor === before.floor && now.size === before.now.size && [...now].every((one) => before.now.has(one))
  return same ? before : { now, floor }
}

/** Who speaks, of these voices by participant number. */
export function useSpeaking(tracks: ReadonlyMap<number, MediaStreamTrack>): Speaking {
  const speaking = useSignal(NOBODY)
  const names = [...tracks].map(([number, track]) => `${number}:${track.id}`).join(' ')
  // the tracks are what matters, not the map that holds them
  useEffect(() => {
    if (tracks.size === 0) return
    const context = new AudioContext()
    const analysers = [...tracks].map(([number, track]) => {
      const analyser = context.createAnalyser()
      analyser.fftSize = 1024
      context.createMediaStreamSource(new MediaStream([track])).connect(analyser)
      return { number, analyser, samples: new Float32Array(analyser.fftSize) }
    })
    const wake = () => void context.resume()
    addEventListener('pointerdown', wake)
    addEventListener('keydown', wake)
    wake()
    const voices = new Map<number, Voice>()
    const timer = setInterval(() => {
      const levels = new Map<number, number>()
      for (const { number, analyser, samples } of analysers) {
        analyser.getFloatTimeDomainData(samples)
        levels.set(number, loudness(samples))
      }
      speaking.value = listened(voices, levels, performance.now(), speaking.value)
    }, LOOK_EVERY_MS)
    return () => {
      clearInterval(timer)
      removeEventListener('pointerdown', wake)
      removeEventListener('keydown', wake)
      void context.close()
    }
  }, [names])
  return speaking.value
}
