// Ticks once a second. Browsers slow the timers of a page in the background down to one a minute, but not a worker's:
// who waits in line may look at another tab, and must not be taken for gone.
const TICK_MS = 1_000

setInterval(() => postMessage(null), TICK_MS)
