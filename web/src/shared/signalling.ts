// The WebSocket to the server: says hello first, pings once a second, comes back by itself. It knows nothing of what
// the messages mean, beyond `pong`.
import { PROTOCOL_VERSION } from './protocol'
import { delayBeforeMs } from './reconnect'

const PING_EVERY_MS = 1_000
/** Without an answer for this long the line is dead, whatever the socket believes. */
const SILENCE_MS_MAX = 5_000
const DEVICE_KEY = 'ventanilla-device'

export type LinkState =
  /** First attempt, nothing heard yet. */
  | 'connecting'
  /** The server answers. */
  | 'open'
  /** It was lost; attempts go on. */
  | 'reconnecting'
  /** It will not come back by itself. */
  | 'over'

export interface Link<From> {
  /** Sends now; what cannot be sent now is dropped, since the server's view decides after coming back. */
  send(message: From): void
  /** Says hello anew, in another language for example. */
  restart(): void
  /** Ends for good. */
  close(): void
}

export interface LinkEvents<To> {
  message(message: To): void
  state(state: LinkState): void
  /** The attempt number `attempt` (from 1, since the last message) came to nothing: the door did not answer or did not let in. */
  turnedAway(attempt: number): void
}

interface Hello {
  type: 'hello'
  version: number
  device: string
  language: string
}

interface Typed {
  type: string
}

/** Name of this tab: the same after a reload, another one in another tab (C18). */
export function deviceName(): string {
  const kept = sessionStorage.getItem(DEVICE_KEY)
  if (kept) return kept
  const made = [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
  sessionStorage.setItem(DEVICE_KEY, made)
  return made
}

export function openLink<From extends Typed, To extends Typed>(
  path: string,
  language: () => string,
  events: LinkEvents<To>,
): Link<From | { type: 'ping'; nonce: number }> {
  let socket: WebSocket | null = null
  let attempt = 0
  let heard = false
  let nonce = 0
  /** When the oldest unanswered ping was sent: a tab in the background is slowed down, and must not take its own sleep for silence. */
  let pingedAt: number | null = null
  let retry: ReturnType<typeof setTimeout> | undefined
  let over = false

  const send = (message: From | Hello | { type: 'ping'; nonce: number }) => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message))
  }

  const drop = () => {
    if (!socket) return
    socket.onopen = socket.onmessage = socket.onclose = null
    socket.close()
    socket = null
  }

  const lost = () => {
    drop()
    if (over) return
    attempt += 1
    events.state(heard ? 'reconnecting' : 'connecting')
    events.turnedAway(attempt)
    if (over) return
    clearTimeout(retry)
    retry = setTimeout(connect, delayBeforeMs(attempt - 1, Math.random()))
  }

  const connect = () => {
    clearTimeout(retry)
    drop()
    pingedAt = null
    const made = new WebSocket(new URL(path, location.href.replace(/^http/, 'ws')))
    socket = made
    made.onopen = () => {
      send({ type: 'hello', version: PROTOCOL_VERSION, device: deviceName(), language: language() })
    }
    made.onmessage = (event: MessageEvent<string>) => {
      const message = JSON.parse(event.data) as To
      if (!heard || attempt > 0) events.state('open')
      heard = true
      attempt = 0
      pingedAt = null
      if (message.type !== 'pong') events.message(message)
    }
    made.onclose = lost
  }

  const pings = setInterval(() => {
    if (socket?.readyState !== WebSocket.OPEN) return
    if (pingedAt !== null && Date.now() - pingedAt > SILENCE_MS_MAX) {
      lost()
      return
    }
    nonce += 1
    pingedAt ??= Date.now()
    send({ type: 'ping', nonce })
  }, PING_EVERY_MS)

  // The system knows before any timer that the network is back, or that it is gone.
  const online = () => {
    attempt = 0
    connect()
  }
  const offline = () => lost()
  addEventListener('online', online)
  addEventListener('offline', offline)

  connect()
  return {
    send,
    restart: () => {
      attempt = 0
      connect()
    },
    close: () => {
      over = true
      clearTimeout(retry)
      clearInterval(pings)
      removeEventListener('online', online)
      removeEventListener('offline', offline)
      drop()
      events.state('over')
    },
  }
}
