// Calling a person back who looks at something else: a sound made on the spot, and a screen that does not go dark.

const NOTES_HZ = [660, 880]
const NOTE_S = 0.22
const VOLUME = 0.15

/** Two short notes. Without a touch of the page since loading, browsers keep silent; the title says it too. */
export function chime(): void {
  const context = new AudioContext()
  if (context.state === 'suspended') void context.resume()
  NOTES_HZ.forEach((hz, i) => {
    const note = context.createOscillator()
    const gain = context.createGain()
    const begins = context.currentTime + i * NOTE_S
    note.frequency.value = hz
    gain.gain.setValueAtTime(VOLUME, begins)
    gain.gain.exponentialRampToValueAtTime(0.001, begins + NOTE_S)
    note.connect(gain).connect(context.destination)
    note.start(begins)
    note.stop(begins + NOTE_S)
  })
  setTimeout(() => void context.close(), NOTES_HZ.length * NOTE_S * 1000 + 500)
}

/** Keeps the screen lit until the returned function is called; browsers that cannot, or a low battery, say no. */
export function keepAwake(): () => void {
  let lock: WakeLockSentinel | null = null
  let over = false
  const take = async () => {
    if (over || document.visibilityState !== 'visible' || !('wakeLock' in navigator)) return
    try {
      lock = await navigator.wakeLock.request('screen')
      if (over) void lock.release()
    } catch (error) {
      // Refused (battery, policy): the visit goes on, the screen may go dark.
      if (!(error instanceof DOMException)) throw error
    }
  }
  const seen = () => void take()
  document.addEventListener('visibilitychange', seen)
  void take()
  return () => {
    over = true
    document.removeEventListener('visibilitychange', seen)
    void lock?.release()
  }
}
