// Captions as a page holds them: the last lines that a recogniser of the office sent, in memory while the call lasts. Whether
// they are shown is this device's choice.
import type { Caption } from './protocol'

/** Lines that are held: three are seen, the rest is there to scroll back to. */
export const CAPTION_LINES_MAX = 20

/** Off, as everywhere, until somebody asks for them. */
const STORAGE_KEY = 'ventanilla-captions'

/** A line as it is now: in the place of its earlier words, or at the end; without any, it was taken back. */
export function withCaption(lines: readonly Caption[], line: Caption): readonly Caption[] {
  const same = (one: Caption) => one.participant === line.participant && one.number === line.number
  const at = lines.findIndex((one) => same(one) && !one.done)
  if (at >= 0 && line.text !== '') return lines.map((one, index) => (index === at ? line : one))
  // A finished line of the same number is from before a restart of the server, which counts anew.
  const others = lines.filter((one) => !same(one))
  return line.text === '' ? others : [...others, line].slice(-CAPTION_LINES_MAX)
}

export function captionsWanted(): boolean {
  return localStorage.getItem(STORAGE_KEY) === 'on'
}

export function wantCaptions(on: boolean): void {
  if (on) localStorage.setItem(STORAGE_KEY, 'on')
  else localStorage.removeItem(STORAGE_KEY)
}
