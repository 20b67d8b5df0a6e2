// Draws one app in one fixture state: /dev/index.html?app=citizen&state=waiting. For looking at screens and for axe,
// without a server; not part of the build.
import { signal } from '@preact/signals'
import { render } from 'preact'
import type { CitizenSession } from '../src/citizen/session'
import { CitizenApp } from '../src/citizen/views/app'
import { FILES as CITIZEN_FILES } from '../src/citizen/words'
import type { GuestSession } from '../src/guest/session'
import { GuestApp } from '../src/guest/views/app'
import { FILES as GUEST_FILES } from '../src/guest/words'
import type { MachineSession } from '../src/machine/session'
import { MachineApp } from '../src/machine/views/app'
import { FILES as MACHINE_FILES } from '../src/machine/words'
import type { OfficeSession } from '../src/office/session'
import { OfficeApp } from '../src/office/views/app'
import { FILES as OFFICE_FILES } from '../src/office/words'
import type { OperatorSession } from '../src/operator/session'
import { OperatorApp } from '../src/operator/views/app'
import { FILES as OPERATOR_FILES } from '../src/operator/words'
import { wantCaptions } from '../src/shared/captions'
import { startWords } from '../src/shared/i18n'
import '../src/shared/style/main.css'
import { PairingSheet } from '../src/shared/ui/pairing'
import { ShareDialog } from '../src/shared/ui/share'
import { citizenStates, guestStates, type Media, operatorStates, shared } from './fixtures'
import { machineStates, pairings } from './fixtures_machine'
import { officeStates } from './fixtures_office'

const asked = new URLSearchParams(location.search)
const root = document.getElementById('app') as HTMLElement

/** Every action of a session does nothing here. */
function still<Session extends object>(state: unknown): Session {
  const nothing = () => undefined
  const calling = new Proxy({}, { get: () => nothing })
  const known: Record<string, unknown> = { state: signal(state), calling }
  return new Proxy({}, { get: (_, key: string) => known[key] ?? nothing }) as Session
}

async function media(): Promise<Media> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 640, height: 480 } })
  const [self] = stream.getVideoTracks()
  const [microphone] = stream.getAudioTracks()
  if (!self || !microphone) throw new Error('no fake devices')
  return { self, microphone, other: self.clone() }
}

/** The dialog alone, as after a press. */
function drawShare(state: string): void {
  const nothing = () => undefined
  const made = state === 'made' ? shared.invitation : null
  const guests = state === 'full' ? shared.guests : []
  render(
    <main>
      <h1>Share</h1>
      <ShareDialog guests={guests} invitation={made} onInvite={nothing} onSeen={nothing} onClose={nothing} />
    </main>,
    root,
  )
}

function drawPairing(state: string): void {
  const nothing = () => undefined
  const session = { send: nothing, pairingSeen: nothing }
  render(
    <main>
      <h1>Pairing</h1>
      <PairingSheet session={session} machine="call" pairing={pairings[state] ?? null} onClose={nothing} />
    </main>,
    root,
  )
}

const app = asked.get('app')
await startWords(
  'gallery',
  {
    citizen: CITIZEN_FILES,
    operator: OPERATOR_FILES,
    office: OFFICE_FILES,
    guest: GUEST_FILES,
    machine: MACHINE_FILES,
    share: GUEST_FILES,
    pairing: GUEST_FILES,
  }[app ?? ''] ?? OFFICE_FILES,
)
if (app === null) {
  const states = {
    citizen: citizenStates(await media()),
    operator: operatorStates(await media()),
    office: officeStates(),
    guest: guestStates(await media()),
    machine: machineStates(await media()),
    share: { choose: null, made: null, full: null },
    pairing: pairings,
  }
  const all = Object.entries(states).flatMap(([app, states]) => Object.keys(states).map((state) => `${app}/${state}`))
  root.textContent = all.join(' ')
} else {
  const state = asked.get('state') ?? ''
  wantCaptions(state.includes('captions'))
  // C19: a browser without calls.
  if (state === 'unsupported') Reflect.deleteProperty(window, 'RTCPeerConnection')
  if (app === 'citizen')
    render(<CitizenApp session={still<CitizenSession>(citizenStates(await media())[state])} />, root)
  if (app === 'operator')
    render(<OperatorApp session={still<OperatorSession>(operatorStates(await media())[state])} />, root)
  if (app === 'guest') render(<GuestApp session={still<GuestSession>(guestStates(await media())[state])} />, root)
  if (app === 'machine')
    render(<MachineApp session={still<MachineSession>(machineStates(await media())[state])} />, root)
  if (app === 'share') drawShare(state)
  if (app === 'pairing') drawPairing(state)
  if (app === 'office') render(<OfficeApp session={still<OfficeSession>(officeStates()[state])} />, root)
}
root.dataset['drawn'] = 'yes'
