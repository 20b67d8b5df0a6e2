// The WebSocket to the server: says hello first, pings when it is quiet, comes back by itself. It knows nothing of what
// the messages mean, beyond `pong`.
import { PROTOCOL_VERSION } from './protocol'
import { delayBeforeMs } from './reconnect'
import { hearServerClock } from './server_clock'
import { everySecond } from './ticker'

/** Without an answer for this long the line is dead, whatever the socket believes. */
const SILENCE_MS_MAX = 5_000
/** In a call the server speaks so often without being asked. */
const SPOKEN_EVERY_MS = 1_000
/** A page that has not heard it for this long asks. */
const QUIET_MS = 1_500
/** A page that has said nothing for this long says that it is there: its place is kept for three times that. */
const BEAT_MS = 5_000
/** A press that is older than this is no longer meant. */
const KEPT_MS_MAX = 15_000
/** More than this in one short loss is not a person. */
const KEPT_MAX = 8
/** A handshake that takes longer goes nowhere; the next attempt may find another way. TCP, TLS and WebSocket are four round trips:
 * six seconds by a line of 800 ms each way. */
const CONNECTING_MS_MAX = 10_000
const CONNECTING_IN_CALL_MS_MAX = 8_000
/** A handshake this young is left alone when the network is seen to work. */
const CONNECTING_MS_MIN = 1_000
/** A ping that is unanswered for this long, while the network works, is lost. */
const DOUBTFUL_MS = 1_500
/** Browsers make a page wait for its next WebSocket the longer, the more of them came to nothing (RFC 6455 §7.2.3; Firefox half as
 * long again each time, up to a minute, and without a word). So an ordinary request, which costs nothing, looks first whether
 * the server answers, for so long. */
const PROBE_MS_MAX = 1_500
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
  /** Sends now, or on coming back within [`KEPT_MS_MAX`]: what a person pressed in a short loss is not lost. */
  send(message: From): void
  /** Sends now or never: what belongs to this connection only, such as an offer. */
  sendNow(message: From): void
  /** Says hello anew, in another language for example. */
  restart(): void
  /** The network was seen to work: connects now instead of waiting, unless the line is known to be alive. */
  wake(): void
  /** Ends for good. */
  close(): void
}

export interface LinkEvents<To> {
  message(message: To): void
  state(state: LinkState): void
  /** A handshake came to nothing: the door did not answer or did not let in. */
  turnedAway(): void
}

interface Hello {
  type: 'hello'
  version: number
  device: string
  language: string
  /** The media connection that this page still has (calling.ts). */
  attempt?: number
  /** The person asked that this device takes the place of another (C18). */
  take_over?: boolean
}

/** What a hello says of the page at that moment. */
export interface Greeting {
  language: string
  /** Some in a call, where every second of a loss counts. */
  attempt: number | undefined
  /** Whether the person asked, by a click just now, to go on on this device. */
  takesOver?: boolean
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
  greeting: () => Greeting,
  events: LinkEvents<To>,
): Link<From> {
  let socket: WebSocket | null = null
  let attempt = 0
  let heard = false
  let nonce = 0
  /** When the oldest unanswered ping was sent: a tab in the background is slowed down, and must not take its own sleep for silence. */
  let pingedAt: number | null = null
  let heardAt = 0
  let spokeAt = 0
  let retry: ReturnType<typeof setTimeout> | undefined
  let retryAt = 0
  let over = false
  let kept: { message: From; at: number }[] = []
  let told: LinkState | null = null
  let connectingSince = 0
  /** The handshake under way began when the network was seen to work. */
  let woken = false

  const tell = (state: LinkState) => {
    if (state === told) return
    told = state
    events.state(state)
  }

  const sendNow = (message: From | Hello | { type: 'ping'; nonce: number }) => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message))
  }

  const send = (message: From) => {
    if (socket?.readyState === WebSocket.OPEN) sendNow(message)
    else if (kept.length < KEPT_MAX) kept.push({ message, at: Date.now() })
  }

  const sendKept = () => {
    const due = kept.filter(({ at }) => Date.now() - at < KEPT_MS_MAX)
    kept = []
    for (const { message } of due) sendNow(message)
  }

  const drop = () => {
    if (!socket) return
    socket.onopen = socket.onmessage = socket.onclose = null
    socket.close()
    socket = null
  }

  const lost = () => {
    const knocked = socket !== null
    drop()
    if (over) return
    attempt += 1
    pingedAt = null
    tell(heard ? 'reconnecting' : 'connecting')
    if (knocked) events.turnedAway()
    if (over) return
    clearTimeout(retry)
    const delay = delayBeforeMs(attempt - 1, Math.random(), greeting().attempt === undefined ? 'waiting' : 'in_call')
    retryAt = Date.now() + delay
    retry = setTimeout(() => void tryAgain(), delay)
  }

  const tryAgain = async () => {
    retryAt = Number.POSITIVE_INFINITY
    const asked = attempt
    const answers = await fetch('/health', { cache: 'no-store', signal: AbortSignal.timeout(PROBE_MS_MAX) })
      .then(() => true)
      .catch(() => false)
    // Something else may have connected meanwhile.
    if (over || socket !== null || attempt !== asked) return
    if (answers) connect()
    else lost()
  }

  const connect = () => {
    clearTimeout(retry)
    drop()
    pingedAt = null
    woken = false
    connectingSince = Date.now()
    const made = new WebSocket(new URL(path, location.href.replace(/^http/, 'ws')))
    socket = made
    made.onopen = () => {
      spokeAt = Date.now()
      const page = greeting()
      const hello = { type: 'hello' as const, version: PROTOCOL_VERSION, device: deviceName(), language: page.language }
      sendNow({
        ...hello,
        ...(page.attempt === undefined ? {} : { attempt: page.attempt }),
        ...(page.takesOver ? { take_over: true } : {}),
      })
      sendKept()
    }
    made.onmessage = (event: MessageEvent<string>) => {
      const message = JSON.parse(event.data) as To
      tell('open')
      heard = true
      attempt = 0
      if (message.type === 'pong' && pingedAt !== null && 'now_ms' in message)
        hearServerClock(Number(message.now_ms), pingedAt, Date.now())
      pingedAt = null
      heardAt = Date.now()
      if (message.type !== 'pong') events.message(message)
    }
    made.onclose = lost
  }

  const stopPings = everySecond(() => {
    // In the background the retry's own timer may sleep for a minute.
    if (socket === null && Date.now() >= retryAt) void tryAgain()
    const patience = greeting().attempt === undefined ? CONNECTING_MS_MAX : CONNECTING_IN_CALL_MS_MAX
    if (socket?.readyState === WebSocket.CONNECTING && Date.now() - connectingSince > patience) lost()
    if (socket?.readyState !== WebSocket.OPEN) return
    if (pingedAt !== null && Date.now() - pingedAt > SILENCE_MS_MAX) {
      lost()
      return
    }
    const quietMs = Date.now() - heardAt
    if (quietMs < QUIET_MS && Date.now() - spokeAt < BEAT_MS) return
    nonce += 1
    spokeAt = Date.now()
    // From when the server should have spoken, were it not for a page that slept.
    pingedAt ??= Date.now() - Math.min(quietMs, QUIET_MS) + SPOKEN_EVERY_MS
    sendNow({ type: 'ping', nonce })
  })

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
    sendNow,
    restart: () => {
      // Not a loss, but until the server has spoken again what is on the screen may be out of date.
      tell('connecting')
      connect()
    },
    wake: () => {
      const doubtful = pingedAt !== null && Date.now() - pingedAt > DOUBTFUL_MS
      if (over || (socket?.readyState === WebSocket.OPEN && !doubtful)) return
      const connecting = socket?.readyState === WebSocket.CONNECTING
      // The browser may hold it back: begun again and again it would be held back the longer.
      if (connecting && (woken || Date.now() - connectingSince < CONNECTING_MS_MIN)) return
      attempt = 0
      tell(heard ? 'reconnecting' : 'connecting')
      connect()
      woken = true
    },
    close: () => {
      over = true
      clearTimeout(retry)
      stopPings()
      removeEventListener('online', online)
      removeEventListener('offline', offline)
      drop()
      tell('over')
    },
  }
}
