// Camera and microphone of this computer: asking for them, telling the four states apart (O20), hearing their level.
// The prompt of the browser appears only when `acquire` is called: explain first.
import { type ReadonlySignal, signal } from '@preact/signals'
import type { DeviceState, DeviceStates } from './protocol'

export interface LocalMedia {
  microphone: MediaStreamTrack | null
  camera: MediaStreamTrack | null
  /** Why a device is absent, or that it is there; switching it off by hand is not known here. */
  states: DeviceStates
}

export const NO_MEDIA: LocalMedia = {
  microphone: null,
  camera: null,
  states: { camera: 'missing', microphone: 'missing' },
}

const AUDIO: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true, autoGainControl: true }
// 720 lines keep an identity card readable; more is not worth the citizen's data.
export const PICTURE: MediaTrackConstraints = {
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 24, max: 30 },
}
const VIDEO: MediaTrackConstraints = { ...PICTURE, facingMode: 'user' }

/** What a document before the camera needs: lines, not movement. A camera gives of it what it can. */
export const DOCUMENT: MediaTrackConstraints = {
  width: { ideal: 1920 },
  height: { ideal: 1080 },
  frameRate: { ideal: 15, max: 30 },
}

/** What this device's user chose among several, remembered on the device. */
export interface Chosen {
  camera: string
  microphone: string
  speaker: string
}

export const NONE_CHOSEN: Chosen = { camera: '', microphone: '', speaker: '' }
const CHOSEN_KEY = 'ventanilla-devices'

export function chosenDevices(): Chosen {
  const kept: unknown = JSON.parse(localStorage.getItem(CHOSEN_KEY) ?? '{}')
  const id = (key: string) => {
    const value = typeof kept === 'object' && kept !== null ? (kept as Record<string, unknown>)[key] : ''
    return typeof value === 'string' ? value : ''
  }
  return { camera: id('camera'), microphone: id('microphone'), speaker: id('speaker') }
}

export function rememberDevices(chosen: Chosen): void {
  localStorage.setItem(CHOSEN_KEY, JSON.stringify(chosen))
  speakerNow.value = chosen.speaker
}

const speakerNow = signal(typeof localStorage === 'undefined' ? '' : chosenDevices().speaker)
/** Where voices are played: of the whole page, as the language is; empty: the system's own choice. */
export const speaker: ReadonlySignal<string> = speakerNow

/** This device and no other: as a mere wish, one with a better picture would win. */
const wanted = (base: MediaTrackConstraints, id: string): MediaTrackConstraints =>
  id === '' ? base : { ...base, deviceId: { exact: id } }

/** One device, this one and no other; null when it cannot be had. */
export async function exactly(kind: 'camera' | 'microphone', id: string): Promise<MediaStreamTrack | null> {
  const base = kind === 'camera' ? VIDEO : AUDIO
  const track = { ...base, deviceId: { exact: id } }
  try {
    const stream = await navigator.mediaDevices.getUserMedia(kind === 'camera' ? { video: track } : { audio: track })
    return stream.getTracks()[0] ?? null
  } catch {
    return null
  }
}

/** What a `getUserMedia` error says about the device (W3C mediacapture-streams). Chromium tells by the message only that it is
 * the system that does not allow it. */
export function stateOfError({ name, message }: Pick<DOMException, 'name' | 'message'>): DeviceState {
  switch (name) {
    case 'NotFoundError':
    case 'OverconstrainedError':
    case 'DevicesNotFoundError':
      return 'missing'
    case 'NotReadableError':
    case 'AbortError':
      return 'withheld'
    default:
      return /by system/i.test(message) ? 'withheld' : 'blocked'
  }
}

export type BrowserKind = 'chromium' | 'firefox' | 'safari'

/** Which browser's steps to tell: permissions lie elsewhere in each. */
export function browserOf(agent: string): BrowserKind {
  if (/Firefox|FxiOS/.test(agent)) return 'firefox'
  return /Safari/.test(agent) && !/Chrom|CriOS|Edg|Android/.test(agent) ? 'safari' : 'chromium'
}

/** Both at once, so that there is one prompt; each alone where both at once cannot be had. */
export async function acquire(chosen: Chosen = NONE_CHOSEN): Promise<LocalMedia> {
  const audio = wanted(AUDIO, chosen.microphone)
  const video = wanted(VIDEO, chosen.camera)
  // Without a secure context the browser has no devices to give.
  const devices = navigator.mediaDevices as MediaDevices | undefined
  if (!devices) return { ...NO_MEDIA, states: { camera: 'blocked', microphone: 'blocked' } }
  try {
    const both = await devices.getUserMedia({ audio, video })
    return {
      microphone: both.getAudioTracks()[0] ?? null,
      camera: both.getVideoTracks()[0] ?? null,
      states: { camera: 'on', microphone: 'on' },
    }
  } catch (error) {
    const absent = error instanceof DOMException && stateOfError(error) === 'missing'
    // A chosen device that is not there today is no reason to have none.
    if (absent && (chosen.camera !== '' || chosen.microphone !== '')) return acquire()
    const microphone = await one(devices, { audio })
    const camera = await one(devices, { video })
    return {
      microphone: microphone.track,
      camera: camera.track,
      states: { camera: camera.state, microphone: microphone.state },
    }
  }
}

async function one(
  devices: MediaDevices,
  wanted: MediaStreamConstraints,
): Promise<{ track: MediaStreamTrack | null; state: DeviceState }> {
  try {
    const stream = await devices.getUserMedia(wanted)
    return { track: stream.getTracks()[0] ?? null, state: 'on' }
  } catch (error) {
    return { track: null, state: error instanceof DOMException ? stateOfError(error) : 'blocked' }
  }
}

/** Gives the devices back; the light of the camera goes out. */
export function release(media: LocalMedia): void {
  media.microphone?.stop()
  media.camera?.stop()
}

/** What others should see: `on` only while the track is enabled and alive. */
export function statesNow(media: LocalMedia): DeviceStates {
  const now = (track: MediaStreamTrack | null, else_: DeviceState): DeviceState => {
    if (!track) return else_
    if (track.readyState === 'ended') return 'missing'
    // Not by its person: a switch on the device, the system, or another program that took it.
    if (track.kind === 'audio' && track.muted) return 'withheld'
    return track.enabled ? 'on' : 'off'
  }
  return {
    camera: now(media.camera, media.states.camera),
    microphone: now(media.microphone, media.states.microphone),
  }
}

/** The microphone alone: the sound of a call on a telephone. */
export async function acquireSound(): Promise<LocalMedia> {
  const devices = navigator.mediaDevices as MediaDevices | undefined
  if (!devices) return { ...NO_MEDIA, states: { camera: 'off', microphone: 'blocked' } }
  const { track, state } = await one(devices, { audio: AUDIO })
  return { microphone: track, camera: null, states: { camera: 'off', microphone: state } }
}

const LEVEL_EVERY_MS = 100

/** Tells the loudness of a track, 0 to 1, ten times a second, until the returned function is called. */
export function watchLevel(track: MediaStreamTrack, level: (level: number) => void): () => void {
  const context = new AudioContext()
  const analyser = context.createAnalyser()
  analyser.fftSize = 1024
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser)
  const samples = new Float32Array(analyser.fftSize)
  // After a reload nobody has touched the page yet, and the browser keeps audio asleep until then.
  const wake = () => void context.resume()
  addEventListener('pointerdown', wake)
  addEventListener('keydown', wake)
  wake()
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples)
    level(loudness(samples))
  }, LEVEL_EVERY_MS)
  return () => {
    clearInterval(timer)
    removeEventListener('pointerdown', wake)
    removeEventListener('keydown', wake)
    void context.close()
  }
}

/** Quietest level that still moves the meter. */
const FLOOR_DB = -60

/** Root mean square on a decibel scale from −60 dB (0) to full (1): as ears hear it. */
export function loudness(samples: Float32Array): number {
  let sum = 0
  for (const sample of samples) sum += sample * sample
  const rms = Math.sqrt(sum / Math.max(1, samples.length))
  if (rms === 0) return 0
  return Math.min(1, Math.max(0, 1 - (20 * Math.log10(rms)) / FLOOR_DB))
}
