import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { beforeEach, expect, test, vi } from 'vitest'
import { type BackgroundState, cameraWith, keepBackground, keptBackground } from './camera'
import type { Effect, EffectEnd, EffectEvents } from './effect'
import { network } from './network'
import { Pace } from './pace'
import { half } from './tflite'

const MODEL = readFileSync('node_modules/@mediapipe/selfie_segmentation/selfie_segmentation_landscape.tflite')
const bytesOf = (file: Buffer) => new Uint8Array(file).buffer as ArrayBuffer

/** NASA's portrait of Eileen Collins, twice as large, as a canvas gives it. */
function portrait(width: number, height: number): Uint8ClampedArray {
  const file = gunzipSync(readFileSync('e2e/portrait.ppm.gz'))
  const rgb = file.subarray(file.length - (width * height * 3) / 4)
  const rgba = new Uint8ClampedArray(width * height * 4).fill(255)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = ((y >> 1) * (width >> 1) + (x >> 1)) * 3
      rgba.set(rgb.subarray(at, at + 3), (y * width + x) * 4)
    }
  return rgba
}

test('the network finds the person, and nobody in an empty room', () => {
  const { width, height, run } = network(bytesOf(MODEL))
  const part = (mask: Float32Array, left: number, top: number, right: number, bottom: number) => {
    let [sum, count] = [0, 0]
    for (let y = Math.round(top * height); y < bottom * height; y++)
      for (let x = Math.round(left * width); x < right * width; x++) {
        sum += mask[y * width + x] ?? Number.NaN
        count += 1
      }
    return sum / count
  }
  const seen = run(portrait(width, height)).slice()
  expect(part(seen, 0.38, 0.12, 0.52, 0.42)).toBeGreaterThan(0.95)
  expect(part(seen, 0.3, 0.8, 0.5, 1)).toBeGreaterThan(0.95)
  expect(part(seen, 0, 0, 0.2, 0.4)).toBeLessThan(0.05)
  expect(part(seen, 0.85, 0.1, 1, 0.9)).toBeLessThan(0.05)
  const empty = run(new Uint8ClampedArray(width * height * 4).fill(128))
  expect(part(empty, 0, 0, 1, 1)).toBeLessThan(0.1)
  // Nothing is left over of the picture before.
  expect(run(portrait(width, height))).toEqual(seen)
})

test('what is no such network is refused, and cut-off files too', () => {
  expect(() => network(new ArrayBuffer(0))).toThrow()
  expect(() => network(bytesOf(Buffer.from('a picture, say, but no network')))).toThrow('not a TensorFlow Lite file')
  expect(() => network(bytesOf(MODEL.subarray(0, MODEL.length / 2)))).toThrow()
})

test('numbers of half the bits', () => {
  const check = (bits: number, value: number) => expect(half(bits)).toBe(value)
  check(0x3c00, 1)
  check(0xc000, -2)
  check(0x7bff, 65504)
  check(0x0001, 2 ** -24)
  check(0x3555, 0.333251953125)
  check(0x7c00, Number.POSITIVE_INFINITY)
})

test('slow is who makes less than fifteen pictures a second for some seconds, after a beginning that is slow everywhere', () => {
  const judged = (ms: number, pictures: number) => {
    const pace = new Pace()
    return Array.from({ length: pictures }, () => pace.took(ms)).indexOf('slow')
  }
  expect(judged(60, 1_000)).toBe(-1)
  expect(judged(100, 59)).toBe(-1)
  expect(judged(100, 60)).toBe(59)
  const pace = new Pace()
  // One long breath among many pictures is nothing.
  for (let i = 0; i < 200; i++) expect(pace.took(i === 150 ? 1_500 : 20)).toBe('well')
})

/** An effect in the hands of the test. */
function rig(chosen: 'none' | 'blurred') {
  const begun: { of: MediaStreamTrack; events: EffectEvents; stopped: boolean }[] = []
  const ends: EffectEnd[] = []
  const effect = (of: MediaStreamTrack, events: EffectEvents): Effect => {
    const one = { of, events, stopped: false }
    begun.push(one)
    return {
      stop: () => {
        one.stopped = true
      },
    }
  }
  const camera = cameraWith(chosen, { changed: () => undefined, ended: (why) => ends.push(why) }, effect)
  const is = (state: BackgroundState, picture: unknown) => {
    expect(camera.state()).toBe(state)
    expect(camera.picture()).toBe(picture)
  }
  return { camera, begun, ends, is }
}

const track = (enabled = true) => ({ enabled }) as MediaStreamTrack

beforeEach(() => {
  const kept = new Map<string, string>()
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  })
})

test('while the room is to be blurred the raw camera is never the picture', () => {
  const { camera, begun, is } = rig('none')
  const [raw, blurred] = [track(), track()]
  camera.use(raw)
  is('none', raw)
  camera.choose('blurred')
  is('starting', null)
  begun[0]?.events.ready(blurred)
  is('blurred', blurred)
  expect(keptBackground()).toBe('blurred')
  // Another camera: its effect begins anew.
  const other = track(false)
  camera.use(other)
  expect(begun[0]?.stopped).toBe(true)
  is('starting', null)
  begun[1]?.events.ready(blurred)
  expect(blurred.enabled).toBe(false)
  camera.enable(true)
  expect(blurred.enabled).toBe(true)
  camera.choose('none')
  is('none', other)
  expect(begun[1]?.stopped).toBe(true)
  expect(keptBackground()).toBe('none')
})

test('an effect that ends leaves nothing to see until its person decides', () => {
  for (const why of ['failed', 'slow'] as const) {
    keepBackground('blurred')
    const { camera, begun, ends, is } = rig(keptBackground())
    const raw = track()
    camera.use(raw)
    is('starting', null)
    begun[0]?.events.ready(track())
    begun[0]?.events.ended(why)
    expect(ends).toEqual([why])
    is(why, null)
    expect(keptBackground()).toBe(why === 'slow' ? 'none' : 'blurred')
    // Not by another camera either.
    camera.use(track())
    is(why, null)
    expect(begun.length).toBe(1)
    camera.retry()
    is('starting', null)
    begun[1]?.events.ended(why)
    camera.choose('none')
    expect(camera.picture()).not.toBe(null)
  }
})

test('a document is shown as it is, and the blur comes back after it', () => {
  const { camera, begun, is } = rig('blurred')
  const raw = track()
  camera.use(raw)
  begun[0]?.events.ready(track())
  camera.shows(true)
  expect(begun[0]?.stopped).toBe(true)
  is('lifted', raw)
  camera.shows(false)
  is('starting', null)
  begun[1]?.events.ready(track())
  expect(camera.state()).toBe('blurred')
})
