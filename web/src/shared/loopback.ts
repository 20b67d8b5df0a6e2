// The equipment test of the device check: what this page sends comes back to it through the office's own media server, so that
// a person sees and hears what the operator would, and how good the line is. Nobody else is in it; nothing is recorded.
import type { LocalMedia } from './devices'
import { judge, type Sample, sampleOf } from './line_test'
import { preferVp8 } from './peer'
import type { LineTest, LoopbackWay } from './protocol'

const CAMERA_BITRATE_BPS_MAX = 1_500_000
const SAMPLE_EVERY_MS = 1_000
/** What comes back is judged after so many samples: the estimate of the line needs some seconds to find its size. */
const SAMPLES = 12
/** Nothing came back until then: the network lets nothing through. Slow networks find their path by TLS after seconds. */
const NOTHING_MS_MAX = 15_000

export interface LoopbackState {
  at: 'none' | 'runs' | 'over'
  /** What comes back. */
  camera: MediaStreamTrack | null
  voice: MediaStreamTrack | null
  /** None while it runs, and when the server had no room for a test. */
  result: LineTest | null
}

export const NO_LOOPBACK: LoopbackState = { at: 'none', camera: null, voice: null, result: null }

export interface LoopbackEvents {
  offer(way: LoopbackWay, sdp: string): void
  change(change: Partial<LoopbackState>): void
}

export interface Loopback {
  answer(way: LoopbackWay, sdp: string): void
  /** The server does not take part. */
  refused(): void
  /** Gives the connections back; what was found stays. */
  end(): void
}

export function loopback(local: LocalMedia, iceServers: RTCIceServer[], events: LoopbackEvents): Loopback {
  const settings: RTCConfiguration = { bundlePolicy: 'max-bundle', iceServers }
  const connections = { sends: new RTCPeerConnection(settings), receives: new RTCPeerConnection(settings) }
  const begun = performance.now()
  const samples: Sample[] = []
  let ended = false

  const { sends, receives } = connections
  if (local.microphone) sends.addTransceiver(local.microphone, { direction: 'sendonly' })
  if (local.camera) {
    const sendEncodings = [{ maxBitrate: CAMERA_BITRATE_BPS_MAX }]
    preferVp8(sends.addTransceiver(local.camera, { direction: 'sendonly', sendEncodings }))
  }
  receives.addTransceiver('audio', { direction: 'recvonly' })
  preferVp8(receives.addTransceiver('video', { direction: 'recvonly' }))
  receives.ontrack = ({ track }) => {
    // The track is there before anything comes.
    track.onunmute = () => events.change(track.kind === 'audio' ? { voice: track } : { camera: track })
  }

  const conclude = (result: LineTest | null) => {
    clearInterval(timer)
    events.change({ at: 'over', result })
  }
  const look = async () => {
    const sample = sampleOf(await receives.getStats(), await sends.getStats(), performance.now())
    if (ended) return
    if (sample.packets > 0) samples.push(sample)
    if (samples.length >= SAMPLES || (samples.length === 0 && performance.now() - begun > NOTHING_MS_MAX))
      conclude(judge(samples))
  }
  const timer = setInterval(() => void look(), SAMPLE_EVERY_MS)

  const end = () => {
    ended = true
    clearInterval(timer)
    sends.close()
    receives.close()
    events.change({ camera: null, voice: null })
  }
  const give = (way: LoopbackWay) => {
    const connection = connections[way]
    const offered = async () => {
      await connection.setLocalDescription()
      if (!ended && connection.localDescription) events.offer(way, connection.localDescription.sdp)
    }
    offered().catch(() => {
      if (!ended) conclude(judge([]))
    })
  }
  events.change({ at: 'runs', camera: null, voice: null, result: null })
  give('sends')
  give('receives')

  return {
    answer: (way, sdp) => {
      if (ended) return
      connections[way].setRemoteDescription({ type: 'answer', sdp }).catch(() => {
        if (!ended) conclude(judge([]))
      })
    },
    refused: () => {
      end()
      conclude(null)
    },
    end,
  }
}
