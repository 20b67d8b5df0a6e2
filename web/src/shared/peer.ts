// The one RTCPeerConnection of this person. One offer with everything that can ever be needed, one answer; people come
// and go by slots that the server names over signalling. A lost line heals by ICE restarts, which need no answer of the
// server (restart.ts). RFC 9429; rules in docs/protocol.md.
import type { LocalMedia } from './devices'
import type { Slot } from './protocol'
import { GENERATION_MAX, restartedAnswer } from './restart'
import { LOOK_MS, sentBy, verdict } from './sending'

/** Six people, plus a supervisor or a telephone in audio: one less than that, since oneself is not received. */
const AUDIO_SLOTS = 7
const CAMERA_SLOTS = 5
const SCREEN_SLOTS = 1
/** One picture of 720 lines for one receiver; more only costs the citizen's data. */
const CAMERA_BITRATE_BPS_MAX = 1_500_000
/** A document of 1080 lines, for as long as it is looked at. */
const DOCUMENT_BITRATE_BPS_MAX = 2_500_000
/** A screen changes rarely, and its letters must be read: as much as a camera, at few frames. */
const SCREEN_BITRATE_BPS_MAX = 1_500_000
/** The layers of one's own camera, lowest first, as the server expects them. While two people are in the call the first is
 * the only one, and whole; with more, each line gets the layer that it carries. */
export const LAYERS: readonly { rid: string; scale: number; maxBitrate: number }[] = [
  { rid: 'l', scale: 4, maxBitrate: 120_000 },
  { rid: 'm', scale: 2, maxBitrate: 500_000 },
  { rid: 'h', scale: 1, maxBitrate: CAMERA_BITRATE_BPS_MAX },
]
/** A restart whose checks nobody answered is repeated after this time: browsers give a path up some seconds later. */
const RESTART_EVERY_MS = 6_000
/** Voices that all stop for longer than this mean a path that carries nothing any more: the browser itself takes five
 * seconds to say so. Between packets are 20 ms; the worst bursts of loss are shorter. */
const SILENT_MS_MAX = 800
const LISTEN_EVERY_MS = 200

export type PeerState = 'connecting' | 'connected' | 'disconnected' | 'lost'

/** What arrives from one participant. */
export interface RemoteMedia {
  voice: MediaStreamTrack | null
  camera: MediaStreamTrack | null
  screen: MediaStreamTrack | null
  /** The camera's picture stands still: the own line carries the voice only. */
  paused: boolean
}

export interface PeerEvents {
  /** Send this to the server, with the attempt's number. */
  offer(attempt: number, sdp: string): void
  /** Who can be heard and seen, by participant number. */
  remote(remote: ReadonlyMap<number, RemoteMedia>): void
  /** Voices arrive: the network works. Said several times a second. */
  heard(): void
  state(state: PeerState): void
  /** What comes, comes; but nothing that is sent leaves, and only another connection mends that. */
  mute(): void
}

export interface Peer {
  readonly attempt: number
  answer(attempt: number, sdp: string, key: string): void
  /** The path may have changed: checks all of them anew, without interrupting what flows. */
  restart(): void
  slots(slots: readonly Slot[]): void
  /** So many people are in the call: the own camera goes in one layer or in several. */
  people(count: number): void
  /** The own picture is of hands that speak: many pictures a second before sharp ones. */
  signs(): void
  /** The camera shows a document: sharp pictures before many. */
  shows(document: boolean): void
  /** Sends these tracks from now on; no negotiation. */
  send(media: LocalMedia): void
  /** Sends this screen from now on, or none. */
  sendScreen(track: MediaStreamTrack | null): void
  close(): void
}

/** Everything that a call can have, or its sound alone. */
export type PeerKind = 'whole' | 'sound'

export function openPeer(
  attempt: number,
  media: LocalMedia,
  iceServers: RTCIceServer[],
  events: PeerEvents,
  kind: PeerKind = 'whole',
): Peer {
  const connection = new RTCPeerConnection({ bundlePolicy: 'max-bundle', iceServers })
  const microphone = connection.addTransceiver(media.microphone ?? 'audio', { direction: 'sendonly' })
  const whole = kind === 'whole'
  const camera = whole
    ? connection.addTransceiver(media.camera ?? 'video', {
        direction: 'sendonly',
        sendEncodings: LAYERS.map(({ rid }, number) => ({ rid, ...encodingOf(number, 'one') })),
      })
    : null
  if (camera) preferVp8(camera)
  const screen = whole
    ? connection.addTransceiver('video', {
        direction: 'sendonly',
        sendEncodings: [{ maxBitrate: SCREEN_BITRATE_BPS_MAX }],
      })
    : null
  if (screen) preferVp8(screen)
  for (let i = 0; i < AUDIO_SLOTS; i++) connection.addTransceiver('audio', { direction: 'recvonly' })
  for (let i = 0; whole && i < CAMERA_SLOTS + SCREEN_SLOTS; i++)
    preferVp8(connection.addTransceiver('video', { direction: 'recvonly' }))

  let layers: Layers = 'one'
  let signing = false
  let showing = false
  let tuning = Promise.resolve()
  /** One change at a time: a browser takes back only the parameters that it gave last. */
  const tune = () => {
    const apply = () => (closed || !camera ? undefined : setUp(camera.sender, layers, { signing, showing }))
    tuning = tuning.then(apply).catch((error: unknown) => {
      if (!closed) reportError(error)
    })
  }
  let closed = false
  let answered: { sdp: string; key: string } | null = null
  let wasConnected = false
  let wasGivenUp = false
  let generation = 0
  let restarting = false
  let repeat: ReturnType<typeof setTimeout> | undefined
  const lost = () => {
    if (!closed) events.state('lost')
  }

  const restart = async () => {
    if (closed || !answered || !wasConnected || restarting) return
    if (generation === GENERATION_MAX) return lost()
    restarting = true
    generation += 1
    const sdp = await restartedAnswer(answered.sdp, answered.key, generation)
    await connection.setLocalDescription(await connection.createOffer({ iceRestart: true }))
    await connection.setRemoteDescription({ type: 'answer', sdp })
    tune()
    restarting = false
  }
  const heal = () => {
    clearTimeout(repeat)
    if (closed) return
    void restart().catch(lost)
    repeat = setTimeout(() => {
      if (connection.connectionState !== 'connected') heal()
    }, RESTART_EVERY_MS)
  }

  /** After it was given up and came back: does it send, too? Looks until that is known. */
  const prove = async () => {
    let before = await sentBy(connection)
    while (wasGivenUp && !closed && connection.connectionState === 'connected') {
      await new Promise((done) => setTimeout(done, LOOK_MS))
      const after = await sentBy(connection)
      const found = verdict(before, after)
      before = after
      if (found === 'mute' && !closed) return events.mute()
      if (found === 'sends') wasGivenUp = false
    }
  }

  connection.onconnectionstatechange = () => {
    const now = connection.connectionState
    if (now === 'connected') {
      wasConnected = true
      events.state('connected')
      if (wasGivenUp) void prove().catch(lost)
    } else if (now === 'failed' && !wasConnected) lost()
    else if (now === 'failed' || now === 'disconnected') {
      wasGivenUp ||= now === 'failed'
      events.state('disconnected')
      heal()
    }
  }
  const stopListening = listen(connection, heal, events.heard)
  addEventListener('online', heal)

  const begin = async () => {
    events.state('connecting')
    await connection.setLocalDescription()
    // The server is ICE-lite and finds us by our checks: no need to wait for our candidates.
    if (!closed && connection.localDescription) events.offer(attempt, connection.localDescription.sdp)
  }
  void begin().catch(lost)

  return {
    attempt,
    answer: (of, sdp, key) => {
      if (of !== attempt || closed) return
      answered = { sdp, key }
      // Chromium takes each answer for the word that all layers are wanted.
      void connection.setRemoteDescription({ type: 'answer', sdp }).then(tune).catch(lost)
    },
    restart: heal,
    people: (count) => {
      const wanted: Layers = count > 2 ? 'several' : 'one'
      if (wanted === layers) return
      layers = wanted
      tune()
    },
    signs: () => {
      signing = true
      tune()
    },
    shows: (document) => {
      showing = document
      tune()
    },
    slots: (slots) => events.remote(remoteOf(slots, connection.getTransceivers())),
    send: (next) => {
      void microphone.sender.replaceTrack(next.microphone).catch(lost)
      void camera?.sender.replaceTrack(next.camera).then(tune).catch(lost)
    },
    sendScreen: (track) => void screen?.sender.replaceTrack(track).catch(lost),
    close: () => {
      closed = true
      clearTimeout(repeat)
      stopListening()
      removeEventListener('online', heal)
      connection.close()
    },
  }
}

type Layers = 'one' | 'several'

/** What one layer is sent like. */
export function encodingOf(number: number, layers: Layers) {
  const own = LAYERS[number]
  const alone = layers === 'one'
  return {
    active: !alone || number === 0,
    scaleResolutionDownBy: alone || !own ? 1 : own.scale,
    maxBitrate: alone || !own ? CAMERA_BITRATE_BPS_MAX : own.maxBitrate,
    // Where rids are named Chromium makes three temporal layers unless told otherwise: nobody drops any of them, and their
    // uneven frames fill a narrow line less.
    scalabilityMode: 'L1T1',
  }
}

/** No negotiation: the layers were offered from the start. A browser that offered none goes on with its one. */
async function setUp(
  sender: RTCRtpSender,
  layers: Layers,
  picture: { signing: boolean; showing: boolean },
): Promise<void> {
  const { signing, showing } = picture
  // Sign language lives of movement: many pictures a second before sharp ones.
  if (sender.track && signing) sender.track.contentHint = 'motion'
  const parameters = sender.getParameters()
  if (parameters.encodings.length < LAYERS.length) return
  for (const [number, encoding] of parameters.encodings.entries()) Object.assign(encoding, encodingOf(number, layers))
  const best = parameters.encodings[layers === 'one' ? 0 : LAYERS.length - 1]
  if (showing && best) best.maxBitrate = DOCUMENT_BITRATE_BPS_MAX
  if (signing) parameters.degradationPreference = 'maintain-framerate'
  if (showing) parameters.degradationPreference = 'maintain-resolution'
  else if (!signing) delete parameters.degradationPreference
  await sender.setParameters(parameters)
}

/** Calls `silent` when the voices that arrived have all stopped, and `heard` while they arrive. */
function listen(connection: RTCPeerConnection, silent: () => void, heard: () => void): () => void {
  let newest = 0
  let changed = 0
  let quiet = false
  const look = setInterval(() => {
    const sources = connection.getReceivers().flatMap((receiver) => receiver.getSynchronizationSources())
    const last = Math.max(0, ...sources.map((source) => source.timestamp))
    // Another time, not a later one: what a browser makes of a sender's clock may step back after an outage.
    if (last > 0 && last !== newest) {
      heard()
      quiet = false
      changed = performance.now()
      newest = last
    } else if (newest > 0 && !quiet && performance.now() - changed > SILENT_MS_MAX) {
      quiet = true
      silent()
    }
  }, LISTEN_EVERY_MS)
  return () => clearInterval(look)
}

/** Every browser has VP8; rooms speak it by default, with retransmission. */
export function preferVp8(transceiver: RTCRtpTransceiver): void {
  const all = RTCRtpReceiver.getCapabilities('video')?.codecs ?? []
  const wanted = all.filter((codec) => /^video\/(vp8|rtx)$/i.test(codec.mimeType))
  if (wanted.length > 0) transceiver.setCodecPreferences?.(wanted)
}

type Receiving = Pick<RTCRtpTransceiver, 'mid'> & { receiver: Pick<RTCRtpReceiver, 'track'> }

/** Slots say which section carries whom; sections have the tracks. */
export function remoteOf(slots: readonly Slot[], sections: readonly Receiving[]): Map<number, RemoteMedia> {
  const remote = new Map<number, RemoteMedia>()
  for (const slot of slots) {
    const track = sections.find((section) => section.mid === slot.mid)?.receiver.track
    if (slot.participant === null || !track) continue
    const media = remote.get(slot.participant) ?? { voice: null, camera: null, screen: null, paused: false }
    if (slot.kind === 'audio') media.voice = track
    else media[slot.kind] = track
    if (slot.kind === 'camera') media.paused = slot.paused
    remote.set(slot.participant, media)
  }
  return remote
}
