// Blurs the room behind a person, picture by picture, beside the page: the page stays at hand, and a tab in the background does
// not stand still, since a worker's clock goes on. Asks the page for each picture when it has time for it.
import model from '@mediapipe/selfie_segmentation/selfie_segmentation_landscape.tflite?url'
import type { FromPage, FromWorker } from './effect'
import { type Network, network } from './network'

/** As many pictures as are asked of a camera. */
const EVERY_MS = 1_000 / 24
/** There is no picture now: so long until the next question. */
const LATER_MS = 200
/** Where a mask takes longer than this, each serves two pictures: a slower one serves people who hardly move. */
const MASK_MS_MAX = 30
/** Of a room so many columns are left: no letter and no face survives it. */
const ROOM_COLUMNS = 40
/** On the way back to full size: without this step the columns would be seen. */
const SOFT_COLUMNS = 160

const say = (message: FromWorker, transfer: Transferable[] = []) => postMessage(message, { transfer })

function canvas(width: number, height: number) {
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })
  if (!context) throw new Error('the browser has no canvas for a worker')
  return context
}

/** Sizes follow the picture; a canvas keeps its own as long as it can. */
function sized(context: OffscreenCanvasRenderingContext2D, width: number, height: number) {
  const { canvas } = context
  if (canvas.width !== width) canvas.width = width
  if (canvas.height !== height) canvas.height = height
  return context
}

class Blur {
  private readonly seen: OffscreenCanvasRenderingContext2D
  private readonly mask: OffscreenCanvasRenderingContext2D
  private readonly person: ImageData
  private readonly room = canvas(ROOM_COLUMNS, ROOM_COLUMNS)
  private readonly soft = canvas(SOFT_COLUMNS, SOFT_COLUMNS)
  private readonly out: OffscreenCanvasRenderingContext2D
  private maskMs = 0
  private maskServes = 0

  constructor(private readonly network: Network) {
    const { width, height } = network
    this.seen = canvas(width, height)
    this.mask = canvas(width, height)
    this.person = new ImageData(width, height)
    const out = new OffscreenCanvas(width, height).getContext('2d')
    if (!out) throw new Error('the browser has no canvas for a worker')
    this.out = out
  }

  /** The same picture with its room blurred. */
  picture(raw: ImageBitmap): ImageBitmap {
    const { width, height } = raw
    const { network, mask, out } = this
    // The whole picture within what the network looks at, its proportions kept.
    const scale = Math.min(network.width / width, network.height / height)
    const part = { w: Math.round(width * scale), h: Math.round(height * scale) }
    if (this.maskServes > 0) this.maskServes -= 1
    else this.look(raw, part)
    sized(out, width, height)
    out.globalCompositeOperation = 'copy'
    out.drawImage(mask.canvas, 0, 0, part.w, part.h, 0, 0, width, height)
    out.globalCompositeOperation = 'source-in'
    out.drawImage(raw, 0, 0)
    out.globalCompositeOperation = 'destination-over'
    out.drawImage(this.blurred(raw), 0, 0, width, height)
    return out.canvas.transferToImageBitmap()
  }

  private look(raw: ImageBitmap, part: { w: number; h: number }): void {
    const { network, seen, mask, person } = this
    const begun = performance.now()
    seen.clearRect(0, 0, network.width, network.height)
    seen.drawImage(raw, 0, 0, part.w, part.h)
    const people = network.run(seen.getImageData(0, 0, network.width, network.height).data)
    for (const [pixel, value] of people.entries()) person.data[pixel * 4 + 3] = value * 255
    mask.putImageData(person, 0, 0)
    this.maskMs = performance.now() - begun
    if (this.maskMs > MASK_MS_MAX) this.maskServes = 1
  }

  private blurred(raw: ImageBitmap): OffscreenCanvas {
    const tall = (columns: number) => Math.max(1, Math.round((columns * raw.height) / raw.width))
    const room = sized(this.room, ROOM_COLUMNS, tall(ROOM_COLUMNS))
    const soft = sized(this.soft, SOFT_COLUMNS, tall(SOFT_COLUMNS))
    soft.imageSmoothingQuality = room.imageSmoothingQuality = 'high'
    soft.drawImage(raw, 0, 0, soft.canvas.width, soft.canvas.height)
    room.drawImage(soft.canvas, 0, 0, room.canvas.width, room.canvas.height)
    soft.drawImage(room.canvas, 0, 0, soft.canvas.width, soft.canvas.height)
    return soft.canvas
  }
}

let blur: Blur | null = null
let askedAt = 0

function askIn(ms: number): void {
  setTimeout(() => {
    askedAt = performance.now()
    say({ type: 'next' })
  }, ms)
}

addEventListener('message', ({ data }: MessageEvent<FromPage>) => {
  if (data.type === 'none' || !blur) return askIn(LATER_MS)
  const picture = blur.picture(data.picture)
  data.picture.close()
  const tookMs = performance.now() - askedAt
  say({ type: 'picture', picture, tookMs }, [picture])
  askIn(Math.max(0, EVERY_MS - tookMs))
})

async function begin(): Promise<void> {
  const answer = await fetch(model)
  if (!answer.ok) throw new Error(`the network's file: ${answer.status}`)
  blur = new Blur(network(await answer.arrayBuffer()))
  askIn(0)
}

begin().catch((error: unknown) => {
  say({ type: 'failed' })
  reportError(error)
})
