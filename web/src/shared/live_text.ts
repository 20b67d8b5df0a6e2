// Real-time text (EN 301 549 6.2) as a page holds it: the line that each person is writing now. Finished lines are in the
// chat's own list. What is sent is the whole line with each change: whatever is lost, the next one is right.
import { type ChatLine, LIVE_TEXT_CHARS_MAX, type LiveText } from './protocol'

export interface LiveState {
  open: boolean
  /** Lines being written, by participant; the own one as well, after a reload. */
  lines: ReadonlyMap<number, string>
}

export const NO_LIVE: LiveState = { open: false, lines: new Map() }

/** A change of somebody's line. The first letter of another person opens the panel: nobody may be left unread. */
export function withLive(live: LiveState, { from, text }: LiveText, me: number): LiveState {
  const lines = new Map(live.lines)
  if (text === '') lines.delete(from)
  else lines.set(from, text)
  return { lines, open: live.open || (from !== me && text !== '') }
}

/** A finished line takes the place of the one that was being written, unless its writer is further already. */
export function withFinished(live: LiveState, line: ChatLine, me: number): LiveState {
  if (!line.live) return live
  const lines = new Map(live.lines)
  if (line.text.startsWith(lines.get(line.from) ?? '')) lines.delete(line.from)
  return { lines, open: live.open || line.from !== me }
}

/** Not more often than this is a change sent: the server relays it at once, and 500 ms are allowed from hand to eye. */
export const LIVE_EVERY_MS = 250

export interface LiveSender {
  /** The own line is this now. */
  write(text: string): void
  /** The line is finished. */
  finish(text: string): void
  stop(): void
}

/** Sends the newest text, at once after a pause and then each [`LIVE_EVERY_MS`]. */
export function liveSender(send: (text: string, done: boolean) => void): LiveSender {
  let due: string | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  const next = () => {
    timer = undefined
    if (due === null) return
    send(due, false)
    due = null
    timer = setTimeout(next, LIVE_EVERY_MS)
  }
  const stop = () => {
    clearTimeout(timer)
    timer = undefined
    due = null
  }
  return {
    write: (text) => {
      due = text.slice(0, LIVE_TEXT_CHARS_MAX)
      if (timer === undefined) next()
    },
    finish: (text) => {
      stop()
      send(text.slice(0, LIVE_TEXT_CHARS_MAX), true)
    },
    stop,
  }
}
