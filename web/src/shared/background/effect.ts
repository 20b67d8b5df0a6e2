// A camera whose room is blurred, as a track of its own. Says when it has its first picture and when it came to an end; what
// is sent meanwhile is not decided here (camera.ts).
import { Pace } from './pace'

/** What the worker says. */
export type FromWorker =
  | { type: 'next' }
  | { type: 'picture'; picture: ImageBitmap; tookMs: number }
  /** It cannot begin. */
  | { type: 'failed' }

/** The answers to `next`. */
export type FromPage = { type: 'picture'; picture: ImageBitmap } | { type: 'none' }

export type EffectEnd = 'slow' | 'failed'

export interface EffectEvents {
  ready(track: MediaStreamTrack): void
  /** No more pictures come. */
  ended(why: EffectEnd): void
}

export interface Effect {
  /** Gives everything back; the camera stays as it is. */
  stop(): void
}

const WATCH_EVERY_MS = 1_000
/** Looks in a row at which nothing had come from the worker: it is dead. A page that slept looks as seldom as it is awake. */
const SILENT_LOOKS_MAX = 6

/** Whether this browser has what it takes. */
export function canBlur(): boolean {
  return (
    'OffscreenCanvas' in globalThis &&
    'createImageBitmap' in globalThis &&
    'captureStream' in HTMLCanvasElement.prototype &&
    'transferFromImageBitmap' in (globalThis.ImageBitmapRenderingContext?.prototype ?? {})
  )
}

export function effectOn(camera: MediaStreamTrack, events: EffectEvents): Effect {
  const video = document.createElement('video')
  video.muted = true
  video.playsInline = true
  video.srcObject = new MediaStream([camera])
  const canvas = document.createElement('canvas')
  const screen = canvas.getContext('bitmaprenderer')
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
  const pace = new Pace()
  let track: MediaStreamTrack | null = null
  let heard = true
  let silent = 0

  const stop = () => {
    clearInterval(watch)
    worker.terminate()
    track?.stop()
    video.srcObject = null
  }
  const end = (why: EffectEnd) => {
    stop()
    events.ended(why)
  }
  const watch = setInterval(() => {
    silent = heard ? 0 : silent + 1
    heard = false
    if (silent >= SILENT_LOOKS_MAX) end('failed')
  }, WATCH_EVERY_MS)

  const give = async () => {
    // Nothing is made of a camera that is off: its track is silent too.
    const picture = camera.enabled ? await createImageBitmap(video).catch(() => null) : null
    const message: FromPage = picture ? { type: 'picture', picture } : { type: 'none' }
    worker.postMessage(message, picture ? [picture] : [])
  }
  const show = (picture: ImageBitmap) => {
    if (canvas.width !== picture.width) canvas.width = picture.width
    if (canvas.height !== picture.height) canvas.height = picture.height
    screen?.transferFromImageBitmap(picture)
    if (track) return
    track = canvas.captureStream().getVideoTracks()[0] ?? null
    if (track) events.ready(track)
    else end('failed')
  }
  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
    heard = true
    switch (data.type) {
      case 'next':
        return void give()
      case 'failed':
        return end('failed')
      case 'picture':
        show(data.picture)
        if (pace.took(data.tookMs) === 'slow') end('slow')
    }
  }
  worker.onerror = () => end('failed')
  worker.onmessageerror = () => end('failed')
  void video.play().catch(() => undefined)
  return { stop }
}
