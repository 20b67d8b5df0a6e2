// What is said of a line, from what the server judged. Pure.
import type { CallState } from './calling'
import type { LineLevel, LineState, LineStrand } from './protocol'
import type { LinkState } from './signalling'

/** The worst first: one sentence is enough, and a voice in pieces matters more than a still picture. */
const WORST_FIRST: readonly LineStrand[] = ['line', 'voice_up', 'voice_down', 'picture_up', 'picture_down']

/** The trouble to tell of; none of a stable line. */
export function troubleOf(line: LineState): LineStrand | null {
  return WORST_FIRST.find((strand) => line.troubles.includes(strand)) ?? null
}

/** What the badge of the own line says: a key of the shared words. */
export type BadgeWords =
  | 'call-connecting'
  | 'call-connected'
  | 'call-disconnected'
  | 'call-lost'
  | 'line-badge-unstable'
  | 'line-badge-critical'

/** What the browser knows of its own line goes before what the server last said of it. */
export function badgeOf(link: LinkState, peer: CallState['peer'], level: LineLevel): BadgeWords {
  if (link !== 'open' || peer === 'disconnected') return 'call-disconnected'
  if (peer === 'lost') return 'call-lost'
  if (peer !== 'connected') return 'call-connecting'
  return level === 'stable' ? 'call-connected' : `line-badge-${level}`
}

/** Red, with an icon. */
export function isBad(words: BadgeWords): boolean {
  return words !== 'call-connected' && words !== 'call-connecting'
}
