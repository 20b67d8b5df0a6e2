// Own devices and the one peer of this page, kept as the server's view asks. Views draw `CallState`; the rules of when
// a new offer is due live here, for citizen and operator alike.
import { type Background, type BackgroundState, cameraWith, keptBackground } from './background/camera'
import {
  acquire,
  acquireSound,
  type Chosen,
  chosenDevices,
  DOCUMENT,
  exactly,
  type LocalMedia,
  NO_MEDIA,
  NONE_CHOSEN,
  PICTURE,
  release,
  rememberDevices,
  statesNow,
} from './devices'
import { openPeer, type Peer, type PeerEvents, type PeerState, type RemoteMedia } from './peer'
import type { Device, DeviceStates, Participant, RelayAccess, Slot } from './protocol'
import { delayBeforeMs } from './reconnect'

/** A connection that does not heal for this long, though the server can be asked, is replaced by a new one. */
const HEALING_MS_MAX = 8_000

export interface CallState {
  /** Own tracks; none until they were asked for. */
  local: LocalMedia | null
  /** What leaves this page of them: the camera itself, or with its room blurred. */
  sent: LocalMedia | null
  /** What is done with the room behind oneself. */
  background: BackgroundState
  /** The browser's prompt may be open. */
  asking: boolean
  /** What others see of the own devices. */
  devices: DeviceStates
  /** Who can be heard and seen. */
  remote: ReadonlyMap<number, RemoteMedia>
  peer: PeerState | 'none'
  /** The own screen, while it is shared. */
  screen: MediaStreamTrack | null
  /** What was chosen among several devices. */
  chosen: Chosen
  /** The own sound is on a telephone: this page neither sends nor plays any. */
  quiet: boolean
}

/** What there may be to mend of the own devices here: a voice that comes by telephone is not missing. */
export function ownDevices({ devices, quiet }: CallState): DeviceStates {
  return quiet ? { ...devices, microphone: 'on' } : devices
}

export const NO_CALL: CallState = {
  local: null,
  sent: null,
  background: 'none',
  asking: false,
  devices: NO_MEDIA.states,
  remote: new Map(),
  peer: 'none',
  screen: null,
  chosen: NONE_CHOSEN,
  quiet: false,
}

/** What the server's view says about this person's media. */
export type Need =
  /** No media in this step. */
  | 'none'
  /** Devices, if they were asked for, stay at hand; no connection. */
  | 'kept'
  /** Devices are needed now; no connection yet. */
  | 'devices'
  /** A connection is, or will be, in use. */
  | 'peer'
  /** The server wants an offer now. */
  | 'offer'

/** Where the newest offer stands. */
export type OfferState =
  /** There is no connection. */
  | 'none'
  /** Said, and the socket has been whole since. */
  | 'offered'
  /** Said, and the socket was lost before the answer came: it may never have arrived. */
  | 'unanswered'
  | 'answered'

/** Whether an offer must be made now: the server wants one, or the last one was said into a dead socket. */
export function offerDue(need: Need, state: OfferState): boolean {
  switch (need) {
    case 'offer':
      return state !== 'offered'
    case 'peer':
      return state === 'unanswered'
    case 'none':
    case 'kept':
    case 'devices':
      return false
  }
}

/** Whether the view says that the own sound is on a telephone. */
export function isByPhone(step: object): boolean {
  if (!('participants' in step && 'me' in step && Array.isArray(step.participants))) return false
  return (step.participants as Participant[]).some((one) => one.number === step.me && one.by_phone)
}

/** How many people the view says are in the call. */
export function peopleIn(step: object): number {
  return 'participants' in step && Array.isArray(step.participants) ? step.participants.length : 0
}

export interface CallingEvents {
  offer(attempt: number, sdp: string): void
  devices(devices: DeviceStates): void
  /** The own screen is shared from now on, or no longer. */
  screen(on: boolean): void
  /** Media flows again after a loss: the network is back. */
  reachable(): void
  change(change: Partial<CallState>): void
}

export interface Calling {
  /** After each view of the server; `people` are in the call, oneself included. */
  need(need: Need, people?: number): void
  answer(attempt: number, sdp: string, key: string): void
  slots(slots: readonly Slot[]): void
  /** The way through closed networks, for the connections to come. */
  relay(access: RelayAccess): void
  offerRefused(): void
  /** The socket was lost: an offer under way may never have arrived. */
  linkLost(): void
  /** The socket is whole again: the network may be another one. */
  linkBack(): void
  /** The attempt whose connection is in use; the server is told on coming back. */
  attempt(): number | undefined
  /** The own camera shows a document, as sharp as it can; or a person again. */
  shows(document: boolean): void
  /** The own picture is of hands that speak, in the connections to come. */
  signs(): void
  /** This page is a telephone: its calls are sound alone. */
  soundOnly(): void
  /** Whether the own sound is on a telephone; what was chosen here counts again afterwards. */
  quiet(on: boolean): void
  /** Asks for the devices (again). The browser may prompt. */
  ask(): Promise<void>
  setMicrophone(on: boolean): void
  setCamera(on: boolean): void
  /** The room behind oneself, from now on and on this device. */
  setBackground(background: Background): void
  /** After blurring ended by itself: the camera as it is, by the person's own click. */
  showWithout(): void
  /** By the person's own click only: the device is used from now on, asked for first if it has to be. */
  turnOn(device: Device): void
  /** "Actualizar": the devices are asked for and the connection is made anew, without leaving the call. */
  refresh(): void
  /** This device from now on; false when it cannot be had, and the one before stays. */
  choose(kind: keyof Chosen, id: string): Promise<boolean>
  /** The browser asks its person what to share. */
  shareScreen(): Promise<void>
  stopScreen(): void
}

export function calling(events: CallingEvents): Calling {
  let local: LocalMedia | null = null
  let peer: Peer | null = null
  let attempt = 0
  /** The offer of `peer` is under way: no other is made meanwhile. */
  let pending = false
  let answered = false
  /** Connections in a row that came to nothing. */
  let failures = 0
  let retry: ReturnType<typeof setTimeout> | undefined
  let relays: RTCIceServer[] = []
  let linked = true
  let broken = false
  let healing: ReturnType<typeof setTimeout> | undefined
  let mute = false
  /** What the person chose stays, whatever device comes next: nobody is unmuted by a new microphone. */
  const chosen = { microphone: true, camera: true }
  let need: Need = 'none'
  let people = 0
  let signing = false
  let sound = false
  let quiet = false
  let showing = false
  let asking: Promise<void> | null = null
  let screen: MediaStreamTrack | null = null
  let devicesChosen = chosenDevices()

  let sent: LocalMedia | null = null

  /** Whatever it was that changed: this leaves the page from now on. */
  const resend = () => {
    const picture = camera.picture()
    const next = local && { ...local, camera: picture }
    events.change({ background: camera.state() })
    if (sent?.camera === next?.camera && sent?.microphone === next?.microphone && !sent === !next) return
    sent = next
    events.change({ sent })
    if (next) peer?.send(next)
  }
  const camera = cameraWith(keptBackground(), { changed: resend, ended: () => turn('camera', false) })

  const tellDevices = () => {
    const devices = statesNow(local ?? NO_MEDIA)
    events.change({ devices })
    events.devices(devices)
  }

  /** Healing has its time only while the server could be asked for more. */
  const watchHealing = () => {
    clearTimeout(healing)
    if (broken && linked) healing = setTimeout(() => void offer(), HEALING_MS_MAX)
  }

  /** Others are heard as long as nothing better can be asked for. */
  const replaceMute = () => {
    if (mute && linked) void offer()
  }

  const closePeer = () => {
    clearTimeout(retry)
    clearTimeout(healing)
    broken = mute = false
    peer?.close()
    peer = null
    pending = false
    answered = false
    events.change({ peer: 'none', remote: new Map() })
  }

  const offer = async () => {
    if (!local) await ask()
    if (!local || !sent || pending || (need !== 'offer' && need !== 'peer')) return
    closePeer()
    attempt += 1
    pending = true
    const kind = sound ? 'sound' : 'whole'
    const heard: PeerEvents = {
      offer: events.offer,
      remote: (remote) => events.change({ remote }),
      heard: events.reachable,
      mute: () => {
        mute = true
        replaceMute()
      },
      state: (state) => {
        events.change({ peer: state })
        if (state === 'connected') {
          failures = 0
          events.reachable()
        }
        broken = state === 'disconnected'
        watchHealing()
        if (state !== 'lost') return
        pending = false
        clearTimeout(retry)
        retry = setTimeout(() => void offer(), delayBeforeMs(failures, Math.random()))
        failures += 1
      },
    }
    peer = openPeer(attempt, sent, relays, heard, kind)
    peer.people(people)
    if (signing) peer.signs()
    if (showing) peer.shows(true)
    // Devices may have been at hand long before the room was.
    tellDevices()
    if (screen) {
      peer.sendScreen(screen)
      events.screen(true)
    }
  }

  /** What was chosen, but for a voice that comes by telephone. */
  const uses = (device: Device) => chosen[device] && !(quiet && device === 'microphone')

  const adopt = (track: MediaStreamTrack | null, on: boolean) => {
    if (!track) return
    track.onended = track.onmute = track.onunmute = tellDevices
    track.enabled = on
  }

  const choose = async (kind: keyof Chosen, id: string): Promise<boolean> => {
    if (kind !== 'speaker' && local) {
      const track = await exactly(kind, id)
      if (!track || !local) return false
      local[kind]?.stop()
      adopt(track, uses(kind))
      local = { ...local, [kind]: track, states: { ...local.states, [kind]: 'on' } }
      events.change({ local })
      camera.use(local.camera)
      resend()
      tellDevices()
    }
    devicesChosen = { ...devicesChosen, [kind]: id }
    rememberDevices(devicesChosen)
    events.change({ chosen: devicesChosen })
    return true
  }

  const stopScreen = () => {
    if (!screen) return
    screen.stop()
    screen = null
    peer?.sendScreen(null)
    events.change({ screen })
    events.screen(false)
  }

  const shareScreen = async () => {
    const stream = await navigator.mediaDevices.getDisplayMedia({ video: true }).catch(() => null)
    const track = stream?.getVideoTracks()[0]
    // Whoever closes the browser's question shares nothing, which is an answer.
    if (!track || (need !== 'peer' && need !== 'offer')) return track?.stop()
    screen?.stop()
    screen = track
    // Letters rather than movement.
    track.contentHint = 'detail'
    track.onended = stopScreen
    peer?.sendScreen(track)
    events.change({ screen })
    events.screen(true)
  }

  const ask = (): Promise<void> => {
    asking ??= (async () => {
      events.change({ asking: true })
      if (local) release(local)
      local = await (sound ? acquireSound() : acquire(devicesChosen))
      adopt(local.microphone, uses('microphone'))
      adopt(local.camera, chosen.camera)
      asking = null
      camera.use(local.camera)
      events.change({ asking: false, local, chosen: devicesChosen })
      resend()
      tellDevices()
    })()
    return asking
  }

  const letGo = () => {
    if (!local) return
    release(local)
    local = null
    chosen.microphone = chosen.camera = true
    camera.use(null)
    camera.retry()
    resend()
    events.change({ local, devices: NO_MEDIA.states })
  }

  const turn = (device: Device, on: boolean) => {
    chosen[device] = on
    const track = local?.[device]
    if (track) track.enabled = uses(device)
    if (device === 'camera') {
      camera.enable(on)
      if (on) camera.retry()
    }
    tellDevices()
  }

  return {
    need: (next, count = 0) => {
      need = next
      people = count
      peer?.people(people)
      if (offerDue(next, peer === null ? 'none' : pending ? 'offered' : answered ? 'answered' : 'unanswered'))
        void offer()
      if (next === 'devices' && !local) void ask()
      if (next !== 'offer' && next !== 'peer' && peer) closePeer()
      if (next !== 'offer' && next !== 'peer') stopScreen()
      if (next === 'none') letGo()
    },
    answer: (of, sdp, key) => {
      if (of !== attempt) return
      pending = false
      answered = true
      peer?.answer(of, sdp, key)
    },
    slots: (slots) => peer?.slots(slots),
    relay: (access) => {
      relays = [access]
    },
    offerRefused: closePeer,
    linkLost: () => {
      pending = false
      linked = false
      watchHealing()
    },
    linkBack: () => {
      linked = true
      watchHealing()
      peer?.restart()
      replaceMute()
    },
    attempt: () => (peer && answered ? attempt : undefined),
    shows: (document) => {
      showing = document
      const raw = local?.camera
      if (raw) {
        // Letters rather than movement.
        raw.contentHint = document ? 'detail' : ''
        void raw.applyConstraints(document ? DOCUMENT : PICTURE).catch(() => undefined)
      }
      camera.shows(document)
      peer?.shows(document)
    },
    signs: () => {
      signing = true
    },
    soundOnly: () => {
      sound = true
    },
    quiet: (on) => {
      if (on === quiet) return
      quiet = on
      if (local?.microphone) local.microphone.enabled = uses('microphone')
      events.change({ quiet })
      tellDevices()
    },
    ask,
    setMicrophone: (on) => turn('microphone', on),
    setCamera: (on) => turn('camera', on),
    setBackground: (background) => camera.choose(background),
    showWithout: () => {
      camera.choose('none')
      turn('camera', true)
    },
    turnOn: (device) => {
      chosen[device] = true
      const found = statesNow(local ?? NO_MEDIA)[device]
      if (found !== 'on' && found !== 'off') void ask()
      else turn(device, true)
    },
    refresh: () => {
      pending = false
      void ask().then(offer)
    },
    choose,
    shareScreen,
    stopScreen,
  }
}
