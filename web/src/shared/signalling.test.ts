import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type LinkState, openLink } from './signalling'

type Said = { type: string; [field: string]: unknown }

class FakeSocket {
  static readonly CONNECTING = 0
  static readonly OPEN = 1
  static all: FakeSocket[] = []
  readyState = FakeSocket.CONNECTING
  said: Said[] = []
  onopen: (() => void) | null = null
  onmessage: ((event: { data: string }) => void) | null = null
  onclose: (() => void) | null = null

  constructor(readonly url: URL) {
    FakeSocket.all.push(this)
  }
  send(text: string) {
    this.said.push(JSON.parse(text))
  }
  close() {
    this.readyState = 3
  }
  /** The server lets in. */
  open() {
    this.readyState = FakeSocket.OPEN
    this.onopen?.()
  }
  hear(type: string) {
    this.onmessage?.({ data: JSON.stringify({ type }) })
  }
  /** The line breaks. */
  fall() {
    this.readyState = 3
    this.onclose?.()
  }
}

class FakeWorker {
  static tick: () => void = () => undefined
  set onmessage(tick: () => void) {
    FakeWorker.tick = tick
  }
  terminate() {
    FakeWorker.tick = () => undefined
  }
}

const newest = () => FakeSocket.all.at(-1) as FakeSocket
const types = (socket: FakeSocket) => socket.said.map((one) => one.type)
let listeners: Map<string, () => void>

function opened(attempt?: number) {
  const states: LinkState[] = []
  const heard: string[] = []
  const away = { times: 0 }
  const link = openLink<Said, Said>('/ws/citizen', () => ({ language: 'es-AR', attempt }), {
    message: (message) => heard.push(message.type),
    state: (state) => states.push(state),
    turnedAway: () => {
      away.times += 1
    },
  })
  return { link, states, heard, away }
}

beforeEach(() => {
  vi.useFakeTimers()
  FakeSocket.all = []
  listeners = new Map()
  vi.stubGlobal('WebSocket', FakeSocket)
  vi.stubGlobal('Worker', FakeWorker)
  vi.stubGlobal('fetch', () => Promise.resolve())
  vi.stubGlobal('location', { href: 'https://office.example/' })
  vi.stubGlobal('sessionStorage', { getItem: () => 'a'.repeat(32), setItem: () => undefined })
  vi.stubGlobal('addEventListener', (name: string, listener: () => void) => listeners.set(name, listener))
  vi.stubGlobal('removeEventListener', (name: string) => listeners.delete(name))
})

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('the link', () => {
  it('says hello first, over a secure socket where the page is secure', () => {
    opened()
    newest().open()
    expect(newest().url.href).toBe('wss://office.example/ws/citizen')
    expect(newest().said[0]).toMatchObject({ type: 'hello', language: 'es-AR', device: 'a'.repeat(32) })
  })

  it('comes back after a loss, and tells it', async () => {
    const { states, heard } = opened()
    newest().open()
    newest().hear('visit')
    newest().fall()
    await vi.advanceTimersByTimeAsync(1_000)
    newest().open()
    newest().hear('visit')
    expect(states).toEqual(['open', 'reconnecting', 'open'])
    expect(heard).toEqual(['visit', 'visit'])
    expect(FakeSocket.all).toHaveLength(2)
  })

  it('comes back at once when the network does, and tells it', () => {
    const { states } = opened()
    newest().open()
    newest().hear('visit')
    listeners.get('offline')?.()
    listeners.get('online')?.()
    newest().open()
    newest().hear('visit')
    expect(states).toEqual(['open', 'reconnecting', 'open'])
  })

  it('keeps what is pressed in a short loss, and forgets what is old or belonged to the old connection', async () => {
    const { link } = opened()
    newest().open()
    newest().fall()
    link.send({ type: 'too_old' })
    vi.setSystemTime(Date.now() + 16_000)
    link.send({ type: 'hang_up' })
    link.sendNow({ type: 'offer' })
    await vi.advanceTimersByTimeAsync(1_000)
    newest().open()
    expect(types(newest())).toEqual(['hello', 'hang_up'])
  })

  it('takes five seconds without an answer for a dead line', () => {
    const { states } = opened()
    newest().open()
    newest().hear('visit')
    // In a call the server speaks each second without being asked.
    for (let second = 0; second <= 7; second += 1) {
      FakeWorker.tick()
      vi.setSystemTime(Date.now() + 1_000)
    }
    expect(states).toEqual(['open', 'reconnecting'])
  })

  it('says every five seconds that it is there', () => {
    opened()
    newest().open()
    for (let second = 0; second < 11; second += 1) {
      vi.setSystemTime(Date.now() + 1_000)
      newest().hear('pong')
      FakeWorker.tick()
    }
    expect(types(newest())).toEqual(['hello', 'ping', 'ping'])
  })

  it('asks only when the server has not spoken, and takes no sleep of its own for silence', () => {
    const { states } = opened()
    newest().open()
    for (let second = 0; second < 3; second += 1) {
      vi.setSystemTime(Date.now() + 1_000)
      newest().hear('pong')
      FakeWorker.tick()
    }
    expect(types(newest())).toEqual(['hello'])
    vi.setSystemTime(Date.now() + 60_000)
    FakeWorker.tick()
    expect(types(newest())).toEqual(['hello', 'ping'])
    vi.setSystemTime(Date.now() + 4_000)
    FakeWorker.tick()
    expect(states).toEqual(['open'])
  })

  it('does not take its own sleep in the background for silence', () => {
    const { states } = opened()
    newest().open()
    newest().hear('visit')
    for (let minute = 0; minute < 5; minute += 1) {
      FakeWorker.tick()
      newest().hear('pong')
      vi.setSystemTime(Date.now() + 60_000)
    }
    expect(states).toEqual(['open'])
  })

  it('gives up a handshake that hangs', async () => {
    opened()
    vi.setSystemTime(Date.now() + 11_000)
    FakeWorker.tick()
    await vi.advanceTimersByTimeAsync(1_000)
    expect(FakeSocket.all).toHaveLength(2)
  })

  it('counts the doors that did not let it in, and stops for good when it is closed', async () => {
    const { link, away, states } = opened()
    newest().fall()
    await vi.advanceTimersByTimeAsync(1_000)
    newest().fall()
    link.close()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(away.times).toBe(2)
    expect(states.at(-1)).toBe('over')
    expect(FakeSocket.all).toHaveLength(2)
  })

  it('connects at once when the network is seen to work, unless the line is alive or a handshake is young', () => {
    const { link, states } = opened(7)
    newest().open()
    expect(newest().said[0]).toMatchObject({ type: 'hello', attempt: 7 })
    newest().hear('visit')
    link.wake()
    expect(FakeSocket.all).toHaveLength(1)
    // A ping without an answer.
    vi.setSystemTime(Date.now() + 2_000)
    FakeWorker.tick()
    vi.setSystemTime(Date.now() + 1_600)
    link.wake()
    expect(FakeSocket.all).toHaveLength(2)
    link.wake()
    expect(FakeSocket.all).toHaveLength(2)
    newest().open()
    newest().hear('visit')
    expect(states).toEqual(['open', 'reconnecting', 'open'])
  })

  it('takes the place of a handshake that began in the dark, once, and leaves its own the time that a slow line needs', async () => {
    const { link, states } = opened(7)
    newest().open()
    newest().hear('visit')
    newest().fall()
    await vi.advanceTimersByTimeAsync(1_000)
    expect(FakeSocket.all).toHaveLength(2)
    vi.setSystemTime(Date.now() + 1_100)
    link.wake()
    expect(FakeSocket.all).toHaveLength(3)
    // The browser holds it back, or the line is slow: six seconds by 800 ms each way.
    for (let second = 0; second < 7; second += 1) {
      vi.setSystemTime(Date.now() + 1_000)
      FakeWorker.tick()
      link.wake()
    }
    expect(FakeSocket.all).toHaveLength(3)
    newest().open()
    newest().hear('visit')
    expect(states).toEqual(['open', 'reconnecting', 'open'])
  })

  it('asks by an ordinary request before it knocks again, and takes no silence for a door that is shut', async () => {
    const asked = vi.fn(() => Promise.reject(new Error('dark')))
    vi.stubGlobal('fetch', asked)
    const { away } = opened()
    newest().open()
    newest().hear('visit')
    newest().fall()
    expect(away.times).toBe(1)
    await vi.advanceTimersByTimeAsync(30_000)
    expect(asked.mock.calls.length).toBeGreaterThan(2)
    expect([FakeSocket.all.length, away.times]).toEqual([1, 1])
    asked.mockImplementation(() => Promise.resolve() as never)
    await vi.advanceTimersByTimeAsync(30_000)
    expect(FakeSocket.all).toHaveLength(2)
  })
})
