// The one RTCPeerConnection of this person. One offer with everything that can ever be needed, one answer; people come
// and go by slots that the server names over signalling. A lost line gets a new connection, never a new negotiation.
// RFC 9429; rules in docs/protocol.md.
import type { LocalMedia } from './devices'
import type { Slot } from './protocol'

/** Six people, plus a supervisor or a telephone in audio: one less than that, since oneself is not received. */
const AUDIO_SLOTS = 7
const CAMERA_SLOTS = 5
const SCREEN_SLOTS = 1
/** One picture of 720 lines for one receiver; more only costs the citizen's data. */
const CAMERA_BITRATE_BPS_MAX = 1_500_000
/** `disconnected` often heals by itself within this time; afterwards a new connection is quicker. */
const DISCONNECTED_MS_MAX = 4_000

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
  state(state: PeerState): void
}

export interface Peer {
  readonly attempt: number
  answer(attempt: number, sdp: string): void
  slots(slots: readonly Slot[]): void
  /** Sends these tracks from now on; no negotiation. */
  send(media: LocalMedia): void
  close(): void
}

export function openPeer(attempt: number, media: LocalMedia, events: PeerEvents): Peer {
  const connection = new RTCPeerConnection({ bundlePolicy: 'max-bundle' })
  const microphone = connection.addTransceiver(media.microphone ?? 'audio', { direction: 'sendonly' })
  const camera = connection.addTransceiver(media.camera ?? 'video', {
    direction: 'sendonly',
    sendEncodings: [{ maxBitrate: CAMERA_BITRATE_BPS_MAX }],
  })
  preferVp8(camera)
  preferVp8(connection.addTransceiver('video', { direction: 'sendonly' }))
  for (let i = 0; i < AUDIO_SLOTS; i++) connection.addTransceiver('audio', { direction: 'recvonly' })
  for (let i = 0; i < CAMERA_SLOTS + SCREEN_SLOTS; i++)
    preferVp8(connection.addTransceiver('video', { direction: 'recvonly' }))

  let closed = false
  let healing: ReturnType<typeof setTimeout> | undefined
  const lost = () => {
    if (!closed) events.state('lost')
  }

  connection.onconnectionstatechange = () => {
    clearTimeout(healing)
    const now = connection.connectionState
    if (now === 'connected') events.state('connected')
    if (now === 'failed') lost()
    if (now === 'disconnected') {
      events.state('disconnected')
      healing = setTimeout(lost, DISCONNECTED_MS_MAX)
    }
  }

  const begin = async () => {
    events.state('connecting')
    await connection.setLocalDescription()
    // The server is ICE-lite and finds us by our checks: no need to wait for our candidates.
    if (!closed && connection.localDescription) events.offer(attempt, connection.localDescription.sdp)
  }
  void begin().catch(lost)

  return {
    attempt,
    answer: (of, sdp) => {
      if (of !== attempt || closed) return
      void connection.setRemoteDescription({ type: 'answer', sdp }).catch(lost)
    },
    slots: (slots) => events.remote(remoteOf(slots, connection.getTransceivers())),
    send: (next) => {
      void microphone.sender.replaceTrack(next.microphone).catch(lost)
      void camera.sender.replaceTrack(next.camera).catch(lost)
    },
    close: () => {
      closed = true
      clearTimeout(healing)
      connection.close()
    },
  }
}

/** Every browser has VP8; rooms speak it by default, with retransmission. */
function preferVp8(transceiver: RTCRtpTransceiver): void {
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
