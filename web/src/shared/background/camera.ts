// What leaves the page of a camera: itself, or itself with the room blurred. While the room is to be blurred the raw camera is
// never given away: not while the effect begins, and not when it dies. The one exception is a document that the operator looks
// at, which the guide on the screen says.
import { type Effect, type EffectEnd, type EffectEvents, effectOn } from './effect'

export type Background = 'none' | 'blurred'

export type BackgroundState =
  /** The raw camera. */
  | 'none'
  /** Nothing yet. */
  | 'starting'
  | 'blurred'
  /** The raw camera, since it shows a document. */
  | 'lifted'
  /** Nothing: the effect ended, and its person decides. */
  | EffectEnd

const KEY = 'ventanilla-background'

/** What this device's user chose last. */
export function keptBackground(): Background {
  return localStorage.getItem(KEY) === 'blurred' ? 'blurred' : 'none'
}

export function keepBackground(background: Background): void {
  if (background === 'blurred') localStorage.setItem(KEY, background)
  else localStorage.removeItem(KEY)
}

export interface Camera {
  /** What others may see; none while there is nothing to see. */
  picture(): MediaStreamTrack | null
  state(): BackgroundState
  /** This track from now on. */
  use(raw: MediaStreamTrack | null): void
  choose(background: Background): void
  /** Shows a document, or a person again. */
  shows(document: boolean): void
  /** Tries again after an end; nothing otherwise. */
  retry(): void
  /** Follows the raw track's own switch. */
  enable(on: boolean): void
}

export interface CameraEvents {
  /** Picture or state are others now. */
  changed(): void
  /** The effect ended by itself. */
  ended(why: EffectEnd): void
}

/** `effect` is an argument, so that this can be tried without a browser. */
export function cameraWith(
  chosen: Background,
  events: CameraEvents,
  effect: (raw: MediaStreamTrack, events: EffectEvents) => Effect = effectOn,
): Camera {
  let background = chosen
  let raw: MediaStreamTrack | null = null
  let document = false
  let running: Effect | null = null
  let blurred: MediaStreamTrack | null = null
  let end: EffectEnd | null = null

  const halt = () => {
    running?.stop()
    running = null
    blurred = null
  }
  const begin = () => {
    halt()
    if (!raw || background === 'none' || document || end) return
    const own = raw
    running = effect(own, {
      ready: (track) => {
        track.enabled = own.enabled
        blurred = track
        events.changed()
      },
      ended: (why) => {
        running = blurred = null
        end = why
        // A computer that is too slow today is not asked again at each call.
        if (why === 'slow') keepBackground('none')
        events.changed()
        events.ended(why)
      },
    })
  }
  const renew = () => {
    begin()
    events.changed()
  }
  return {
    picture: () => (background === 'none' || document ? raw : blurred),
    state: () => {
      if (background === 'none') return 'none'
      if (document) return 'lifted'
      return end ?? (blurred || !raw ? 'blurred' : 'starting')
    },
    use: (next) => {
      if (next === raw) return
      raw = next
      begin()
    },
    choose: (next) => {
      background = next
      end = null
      keepBackground(next)
      renew()
    },
    shows: (next) => {
      if (document === next) return
      document = next
      if (background === 'blurred') renew()
    },
    retry: () => {
      if (!end) return
      end = null
      renew()
    },
    enable: (on) => {
      if (blurred) blurred.enabled = on
    },
  }
}
