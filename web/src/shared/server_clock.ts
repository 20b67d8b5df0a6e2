// The server's clock as this page knows it: every pong brings it. A person whose own clock is wrong still sees how much time
// is left. Pure but for the one difference that it keeps, as a page has one server.
let differenceMs = 0
let bestTripMs = Number.POSITIVE_INFINITY

/** A pong came: sent and heard by the own clock. The shortest trip tells best; a longer one only corrects what is far off. */
export function hearServerClock(nowMs: number, sentMs: number, heardMs: number): void {
  const tripMs = Math.max(0, heardMs - sentMs)
  const difference = nowMs - (sentMs + heardMs) / 2
  if (tripMs > bestTripMs && Math.abs(difference - differenceMs) <= tripMs) return
  bestTripMs = tripMs
  differenceMs = difference
}

/** Milliseconds since 1970 UTC by the server's clock. */
export function serverNow(): number {
  return Date.now() + differenceMs
}
