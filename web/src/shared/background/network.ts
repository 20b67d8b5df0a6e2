// The little network that tells people from rooms: MediaPipe's selfie segmentation, a MobileNet V3 of 33 million
// multiplications. Its file is read and its steps are computed here, on the processor and in plain numbers: no WebAssembly to
// allow in the content policy, no WebGL to hope for, nothing loaded from anybody. What a step does is TensorFlow Lite's
// definition of it; a step that is not known is refused when the file is read. docs/decisions/0012.
// biome-ignore-all lint/style/noNonNullAssertion: indices of the inner loops come from the shapes that were checked on reading
import { readModel, type Step, type Tensor } from './tflite'

/** Of each pixel, row by row: 0 the room to 1 a person. */
export interface Network {
  readonly width: number
  readonly height: number
  /** `rgba` as a canvas gives it; the answer is good until the next question. */
  run(rgba: Uint8ClampedArray): Float32Array
}

/** Throws on a file that is not such a network. */
export function network(file: ArrayBuffer): Network {
  const model = readModel(file)
  const { tensors, input, output } = model
  const [, height, width, channels] = shapeOf(tensors[input])
  const values = tensors.map(({ constant, shape }) => constant ?? new Float32Array(shape.reduce((a, b) => a * b, 1)))
  if (channels !== 3) throw new Error(`the network looks at ${channels} colours, not 3`)
  const work = fused(model.steps).map((step) => prepared(step, tensors, values))
  const picture = values[input]!
  return {
    width,
    height,
    run: (rgba) => {
      for (let from = 0, to = 0; to < picture.length; from += 4) {
        picture[to++] = rgba[from]! / 255
        picture[to++] = rgba[from + 1]! / 255
        picture[to++] = rgba[from + 2]! / 255
      }
      for (const one of work) one()
      return values[output]!
    },
  }
}

type Shape = [number, number, number, number]

function shapeOf(tensor: Tensor | undefined): Shape {
  if (tensor?.shape.length !== 4) throw new Error(`a tensor has ${tensor?.shape.length} dimensions, not 4`)
  return tensor.shape as Shape
}

/** A convolution, and whether what is below zero is cut off on the way out. */
interface Fused extends Step {
  readonly least: number
}

/** A `relu` after a convolution costs nothing when it is done on the way. */
function fused(steps: readonly Step[]): Fused[] {
  const out: Fused[] = []
  for (const step of steps) {
    const last = out.at(-1)
    const follows = last && step.kind === 'relu' && step.inputs[0] === last.output
    const alone = last && steps.filter(({ inputs }) => inputs.includes(last.output)).length === 1
    if (follows && alone && (last.kind === 'convolution' || last.kind === 'depthwise'))
      out[out.length - 1] = { ...last, output: step.output, least: 0 }
    else out.push({ ...step, least: Number.NEGATIVE_INFINITY })
  }
  return out
}

/** One step, with everything that does not change between pictures made ready. */
function prepared(step: Fused, tensors: readonly Tensor[], values: readonly Float32Array[]): () => void {
  const [x, second, third] = step.inputs.map((index) => values[index]!)
  const y = values[step.output]!
  const from = shapeOf(tensors[step.inputs[0]!])
  const to = shapeOf(tensors[step.output])
  if (!x) throw new Error('a step without an input')
  switch (step.kind) {
    case 'convolution': {
      const [outs, rows, columns, ins] = shapeOf(tensors[step.inputs[1]!])
      if (outs % 4 !== 0) throw new Error(`${outs} channels, not a multiple of 4`)
      const weights = inFours(second!, outs, rows * columns * ins)
      if (rows === 1 && columns === 1 && step.stride === 1)
        return () => pointwise(x, weights, third!, y, { pixels: to[1] * to[2], ins, outs, least: step.least })
      const gathered = new Float32Array(to[1] * to[2] * rows * columns * ins)
      const window = { rows, columns, stride: step.stride }
      const sizes = { pixels: to[1] * to[2], ins: rows * columns * ins, outs, least: step.least }
      return () => {
        gather(x, from, gathered, to, window)
        pointwise(gathered, weights, third!, y, sizes)
      }
    }
    case 'depthwise': {
      const [, rows, columns, channels] = shapeOf(tensors[step.inputs[1]!])
      if (channels % 4 !== 0) throw new Error(`${channels} channels, not a multiple of 4`)
      const window = { rows, columns, stride: step.stride }
      return () => depthwise(x, from, { weights: second!, bias: third!, least: step.least }, y, to, window)
    }
    case 'doubling_convolution':
      return () => doublingConvolution(x, from, { weights: second!, bias: third!, least: step.least }, y, to)
    case 'add':
      return () => {
        for (let i = 0; i < y.length; i++) y[i] = x[i]! + second![i]!
      }
    case 'multiply': {
      const channels = second!.length
      if (channels !== to[3]) throw new Error(`${channels} factors for ${to[3]} channels`)
      return () => {
        for (let i = 0, c = 0; i < y.length; i++) {
          y[i] = x[i]! * second![c]!
          if (++c === channels) c = 0
        }
      }
    }
    case 'mean':
      return () => mean(x, from, y)
    case 'double':
      if (to[1] !== from[1] * 2 || to[2] !== from[2] * 2) throw new Error(`${from} is resized to ${to}, not doubled`)
      return () => double(x, from, y)
    case 'relu':
      return () => {
        for (let i = 0; i < y.length; i++) y[i] = Math.max(0, x[i]!)
      }
    case 'hard_swish':
      return () => {
        for (let i = 0; i < y.length; i++) {
          const value = x[i]!
          y[i] = (value * Math.min(6, Math.max(0, value + 3))) / 6
        }
      }
    case 'logistic':
      return () => {
        for (let i = 0; i < y.length; i++) y[i] = 1 / (1 + Math.exp(-x[i]!))
      }
  }
}

/** Weights of four outputs beside each other, input by input, as `pointwise` walks them. */
function inFours(weights: Float32Array, outs: number, ins: number): Float32Array {
  const packed = new Float32Array(weights.length)
  for (let out = 0; out < outs; out++)
    for (let i = 0; i < ins; i++) packed[((out >> 2) * ins + i) * 4 + (out & 3)] = weights[out * ins + i]!
  return packed
}

/** Where most of the time goes: two pixels and four outputs at once, so that what was read is used several times. */
function pointwise(
  x: Float32Array,
  weights: Float32Array,
  bias: Float32Array,
  y: Float32Array,
  { pixels, ins, outs, least }: { pixels: number; ins: number; outs: number; least: number },
): void {
  for (let pixel = 0; pixel < pixels; pixel += 2) {
    // The last of an odd number is computed twice.
    const other = pixel + 1 < pixels ? pixel + 1 : pixel
    const xa = pixel * ins
    const xb = other * ins
    for (let out = 0, w = 0; out < outs; out += 4) {
      let a0 = bias[out]!
      let a1 = bias[out + 1]!
      let a2 = bias[out + 2]!
      let a3 = bias[out + 3]!
      let b0 = a0
      let b1 = a1
      let b2 = a2
      let b3 = a3
      for (let i = 0; i < ins; i++, w += 4) {
        const a = x[xa + i]!
        const b = x[xb + i]!
        const w0 = weights[w]!
        const w1 = weights[w + 1]!
        const w2 = weights[w + 2]!
        const w3 = weights[w + 3]!
        a0 += a * w0
        a1 += a * w1
        a2 += a * w2
        a3 += a * w3
        b0 += b * w0
        b1 += b * w1
        b2 += b * w2
        b3 += b * w3
      }
      const ya = pixel * outs + out
      const yb = other * outs + out
      y[ya] = Math.max(least, a0)
      y[ya + 1] = Math.max(least, a1)
      y[ya + 2] = Math.max(least, a2)
      y[ya + 3] = Math.max(least, a3)
      y[yb] = Math.max(least, b0)
      y[yb + 1] = Math.max(least, b1)
      y[yb + 2] = Math.max(least, b2)
      y[yb + 3] = Math.max(least, b3)
    }
  }
}

interface Window {
  rows: number
  columns: number
  stride: number
}

/** What "same" padding puts before the first row or column. */
function before(from: number, to: number, size: number, stride: number): number {
  return Math.max(0, (to - 1) * stride + size - from) >> 1
}

/** The inputs of each output beside each other, nothing outside of the picture. */
function gather(x: Float32Array, [, h, w, c]: Shape, out: Float32Array, to: Shape, window: Window): void {
  const { rows, columns, stride } = window
  const top = before(h, to[1], rows, stride)
  const left = before(w, to[2], columns, stride)
  let at = 0
  for (let row = 0; row < to[1]; row++)
    for (let column = 0; column < to[2]; column++)
      for (let i = 0; i < rows; i++)
        for (let j = 0; j < columns; j++, at += c) {
          const r = row * stride - top + i
          const s = column * stride - left + j
          const inside = r >= 0 && r < h && s >= 0 && s < w
          for (let k = 0; k < c; k++) out[at + k] = inside ? x[(r * w + s) * c + k]! : 0
        }
}

interface Weights {
  weights: Float32Array
  bias: Float32Array
  least: number
}

/** Each channel by itself, four of them at once; what lies outside of the picture is left out. */
function depthwise(x: Float32Array, [, h, w, c]: Shape, own: Weights, y: Float32Array, to: Shape, window: Window) {
  const { rows, columns, stride } = window
  const { weights, bias, least } = own
  const top = before(h, to[1], rows, stride)
  const left = before(w, to[2], columns, stride)
  const places = new Int32Array(rows * columns)
  const kernel = new Int32Array(rows * columns)
  let out = 0
  for (let row = 0; row < to[1]; row++)
    for (let column = 0; column < to[2]; column++, out += c) {
      let taps = 0
      for (let i = 0; i < rows; i++) {
        const r = row * stride - top + i
        if (r < 0 || r >= h) continue
        for (let j = 0; j < columns; j++) {
          const s = column * stride - left + j
          if (s < 0 || s >= w) continue
          places[taps] = (r * w + s) * c
          kernel[taps++] = (i * columns + j) * c
        }
      }
      for (let k = 0; k < c; k += 4) {
        let s0 = bias[k]!
        let s1 = bias[k + 1]!
        let s2 = bias[k + 2]!
        let s3 = bias[k + 3]!
        for (let tap = 0; tap < taps; tap++) {
          const at = places[tap]! + k
          const weight = kernel[tap]! + k
          s0 += x[at]! * weights[weight]!
          s1 += x[at + 1]! * weights[weight + 1]!
          s2 += x[at + 2]! * weights[weight + 2]!
          s3 += x[at + 3]! * weights[weight + 3]!
        }
        y[out + k] = Math.max(least, s0)
        y[out + k + 1] = Math.max(least, s1)
        y[out + k + 2] = Math.max(least, s2)
        y[out + k + 3] = Math.max(least, s3)
      }
    }
}

/** Four pixels out of each, by a kernel of 2×2 that does not overlap: the last step, whose one output is the person. */
function doublingConvolution(x: Float32Array, [, h, w, c]: Shape, own: Weights, y: Float32Array, to: Shape): void {
  if (to[1] !== h * 2 || to[2] !== w * 2 || to[3] !== 1) throw new Error(`a picture of ${to} out of one of ${h}×${w}`)
  for (let row = 0; row < to[1]; row++)
    for (let column = 0; column < to[2]; column++) {
      const at = ((row >> 1) * w + (column >> 1)) * c
      const weight = ((row & 1) * 2 + (column & 1)) * c
      let sum = own.bias[0]!
      for (let k = 0; k < c; k++) sum += x[at + k]! * own.weights[weight + k]!
      y[row * to[2] + column] = sum
    }
}

function mean(x: Float32Array, [, h, w, c]: Shape, y: Float32Array): void {
  y.fill(0)
  for (let at = 0; at < x.length; at += c) for (let k = 0; k < c; k++) y[k] = y[k]! + x[at + k]!
  for (let k = 0; k < c; k++) y[k] = y[k]! / (h * w)
}

/** Twice the size, between the centres of pixels. */
function double(x: Float32Array, [, h, w, c]: Shape, y: Float32Array): void {
  const clamp = (value: number, most: number) => Math.min(most - 1, Math.max(0, value))
  for (let row = 0; row < h * 2; row++) {
    const above = (row - 1) >> 1
    const down = row & 1 ? 0.25 : 0.75
    const [r0, r1] = [clamp(above, h) * w, clamp(above + 1, h) * w]
    for (let column = 0; column < w * 2; column++) {
      const leftOf = (column - 1) >> 1
      const right = column & 1 ? 0.25 : 0.75
      const [s0, s1] = [clamp(leftOf, w), clamp(leftOf + 1, w)]
      const [a, b, d, e] = [(r0 + s0) * c, (r0 + s1) * c, (r1 + s0) * c, (r1 + s1) * c]
      const out = (row * w * 2 + column) * c
      for (let k = 0; k < c; k++) {
        const upper = x[a + k]! + (x[b + k]! - x[a + k]!) * right
        const lower = x[d + k]! + (x[e + k]! - x[d + k]!) * right
        y[out + k] = upper + (lower - upper) * down
      }
    }
  }
}
