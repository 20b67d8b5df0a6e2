// A network in TensorFlow Lite's file format, as far as the one that is used here needs it: a FlatBuffer (schema.fbs) of
// steps, tensors and their constants. Knows nothing of what the steps compute.

export interface Tensor {
  readonly shape: readonly number[]
  /** What the file holds of it; none for what is computed. */
  readonly constant: Float32Array | null
}

type Kind =
  | 'convolution'
  | 'depthwise'
  /** MediaPipe's own transposed convolution of stride 2 with a bias. */
  | 'doubling_convolution'
  | 'add'
  | 'multiply'
  | 'mean'
  | 'double'
  | 'relu'
  | 'hard_swish'
  | 'logistic'

export interface Step {
  readonly kind: Kind
  readonly inputs: readonly number[]
  readonly output: number
  readonly stride: number
}

export interface Model {
  readonly tensors: readonly Tensor[]
  readonly steps: readonly Step[]
  readonly input: number
  readonly output: number
}

/** Numbers of `BuiltinOperator`; 6 gives back what was kept in half the bits, which is done on reading. */
const DEQUANTIZE = 6
const CUSTOM = 32
const KINDS: Readonly<Record<number, Kind>> = {
  0: 'add',
  3: 'convolution',
  4: 'depthwise',
  14: 'logistic',
  18: 'multiply',
  19: 'relu',
  23: 'double',
  40: 'mean',
  117: 'hard_swish',
}
const CUSTOM_NAME = 'Convolution2DTransposeBias'
/** `TensorType`. */
const FLOAT32 = 0
const FLOAT16 = 1

/** Throws on a file that is none, and on what is not known of it. */
export function readModel(file: ArrayBuffer): Model {
  const bytes = new Table(new DataView(file), 0)
  if (bytes.text(4, 4) !== 'TFL3') throw new Error('not a TensorFlow Lite file')
  const root = bytes.follow(0)
  const codes = root.tables(1).map((code) => ({
    builtin: Math.max(code.byte(0), code.int(3)),
    custom: code.name(1),
  }))
  const buffers = root.tables(4)
  const graph = root.tables(2)[0]
  if (!graph) throw new Error('a file without a network')
  const tensors: Tensor[] = graph.tables(0).map((tensor) => ({
    shape: tensor.ints(0),
    constant: constantOf(tensor.byte(1), buffers[tensor.int(2)]),
  }))
  const steps: Step[] = []
  for (const operator of graph.tables(3)) {
    const code = codes[operator.int(0)]
    const inputs = operator.ints(1)
    const [output] = operator.ints(2)
    const [first] = inputs
    if (!code || output === undefined || first === undefined) throw new Error('a step that leads nowhere')
    const given = tensors[first]
    if (code.builtin === DEQUANTIZE && given) tensors[output] = given
    else steps.push(stepOf(code, operator, inputs, output))
  }
  const [input] = graph.ints(1)
  const [output] = graph.ints(2)
  if (input === undefined || output === undefined) throw new Error('a network without an end')
  return { tensors, steps, input, output }
}

function stepOf(code: { builtin: number; custom: string }, operator: Table, inputs: number[], output: number): Step {
  if (code.builtin === CUSTOM && code.custom === CUSTOM_NAME)
    return { kind: 'doubling_convolution', inputs, output, stride: 2 }
  const kind = KINDS[code.builtin]
  if (!kind) throw new Error(`step ${code.builtin} ${code.custom} is not known`)
  const convolves = kind === 'convolution' || kind === 'depthwise'
  const options = convolves ? operator.table(4) : null
  return { kind, inputs, output, stride: options ? options.int(1) : 1 }
}

function constantOf(type: number, buffer: Table | undefined): Float32Array | null {
  const data = buffer?.bytes(0)
  if (!data || data.byteLength === 0) return null
  if (type === FLOAT32)
    return Float32Array.from({ length: data.byteLength / 4 }, (_, i) => data.getFloat32(i * 4, true))
  if (type === FLOAT16)
    return Float32Array.from({ length: data.byteLength / 2 }, (_, i) => half(data.getUint16(i * 2, true)))
  // Axes and sizes, which the shapes tell too.
  return new Float32Array(0)
}

/** IEEE 754 binary16. */
export function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

/** A table of a FlatBuffer: its fields by number, each absent one as zero or nothing. */
class Table {
  constructor(
    private readonly view: DataView,
    private readonly at: number,
  ) {}

  follow(at: number): Table {
    return new Table(this.view, at + this.view.getUint32(at, true))
  }

  private field(number: number): number | null {
    const fields = this.at - this.view.getInt32(this.at, true)
    const place = 4 + number * 2
    if (place >= this.view.getUint16(fields, true)) return null
    const offset = this.view.getUint16(fields + place, true)
    return offset === 0 ? null : this.at + offset
  }

  byte(number: number): number {
    const at = this.field(number)
    return at === null ? 0 : this.view.getInt8(at)
  }

  int(number: number): number {
    const at = this.field(number)
    return at === null ? 0 : this.view.getInt32(at, true)
  }

  table(number: number): Table | null {
    const at = this.field(number)
    return at === null ? null : this.follow(at)
  }

  private vector(number: number): { at: number; length: number } {
    const field = this.field(number)
    if (field === null) return { at: 0, length: 0 }
    const at = field + this.view.getUint32(field, true)
    return { at: at + 4, length: this.view.getUint32(at, true) }
  }

  tables(number: number): Table[] {
    const { at, length } = this.vector(number)
    return Array.from({ length }, (_, i) => this.follow(at + i * 4))
  }

  ints(number: number): number[] {
    const { at, length } = this.vector(number)
    return Array.from({ length }, (_, i) => this.view.getInt32(at + i * 4, true))
  }

  bytes(number: number): DataView {
    const { at, length } = this.vector(number)
    return new DataView(this.view.buffer, at, length)
  }

  name(number: number): string {
    const { at, length } = this.vector(number)
    return this.text(at, length)
  }

  text(at: number, length: number): string {
    return String.fromCharCode(...new Uint8Array(this.view.buffer, at, length))
  }
}
