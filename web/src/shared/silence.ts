// Whether a microphone that is on gives anything at all: a switch on its cable, a lid or a dead plug give perfect silence, which no
// room has. Listened to on the page only, and only while the person has the microphone on: one that is muted by its person
// gives nothing to listen to, and is not opened for it.

/** No sample is larger: below the last bit of sixteen, so a quiet room is not meant. */
const NOTHING = 2e-5
/** Perfect silence for so long is told. */
const SILENT_MS = 10_000
const LOOK_EVERY_MS = 100

/** `atMs` is a clock of the sound: while that stands still nothing is known. */
export class Silence {
  private sinceMs: number | null = null

  /** One look; whether it has been silent for long. */
  heard(samples: Float32Array, atMs: number): boolean {
    if (samples.some((sample) => Math.abs(sample) > NOTHING)) this.sinceMs = null
    else this.sinceMs ??= atMs
    return this.sinceMs !== null && atMs - this.sinceMs >= SILENT_MS
  }

  /** What was before says nothing of what comes. */
  forget(): void {
    this.sinceMs = null
  }
}

/** Tells each change, until the returned function is called. */
export function watchSilence(track: MediaStreamTrack, told: (silent: boolean) => void): () => void {
  const context = new AudioContext()
  const analyser = context.createAnalyser()
  // More samples than come between two looks.
  analyser.fftSize = 8_192
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser)
  const wake = () => void context.resume()
  addEventListener('pointerdown', wake)
  addEventListener('keydown', wake)
  wake()
  const silence = new Silence()
  const samples = new Float32Array(analyser.fftSize)
  let was = false
  const timer = setInterval(() => {
    // Behind another tab looks are too seldom to say anything.
    if (document.hidden) return silence.forget()
    analyser.getFloatTimeDomainData(samples)
    const is = silence.heard(samples, context.currentTime * 1_000)
    if (is !== was) told(is)
    was = is
  }, LOOK_EVERY_MS)
  return () => {
    clearInterval(timer)
    removeEventListener('pointerdown', wake)
    removeEventListener('keydown', wake)
    void context.close()
  }
}
