// A clock that does not fall asleep with its tab.

/** Calls `tick` once a second until the returned function is called. */
export function everySecond(tick: () => void): () => void {
  const worker = new Worker(new URL('./ticker_worker.ts', import.meta.url), { type: 'module' })
  worker.onmessage = tick
  return () => worker.terminate()
}
