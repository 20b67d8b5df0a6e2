// The chat of one visit as a page holds it.
import type { ChatLine } from './protocol'

export interface ChatState {
  lines: readonly ChatLine[]
  open: boolean
  /** Lines that were there when the chat was last open. */
  seen: number
}

export const NO_CHAT: ChatState = { lines: [], open: false, seen: 0 }

/** Lines still unread; own lines are read by who wrote them. */
export function unread(chat: ChatState, me: number): number {
  if (chat.open) return 0
  return chat.lines.slice(chat.seen).filter((line) => line.from !== me && !line.live).length
}

/** A history replaces what was there, and was seen if it is no news. */
export function withHistory(chat: ChatState, lines: readonly ChatLine[]): ChatState {
  return { ...chat, lines, seen: Math.min(chat.seen, lines.length) }
}

export function withLine(chat: ChatState, line: ChatLine): ChatState {
  if (chat.lines.some((known) => known.number === line.number)) return chat
  const lines = [...chat.lines, line]
  return { ...chat, lines, seen: chat.open ? lines.length : chat.seen }
}

export function toggled(chat: ChatState): ChatState {
  return { ...chat, open: !chat.open, seen: chat.lines.length }
}
