// States of a second machine to look at, without a server. Not part of the build.
import { type MachineState, type Screen, START } from '../src/machine/state'
import { type CallState, NO_CALL } from '../src/shared/calling'
import { NO_CHAT } from '../src/shared/chat_state'
import type { Pairing } from '../src/shared/pairing'
import type { CallStep, CallView, Participant, SoundStep, SoundView } from '../src/shared/protocol'
import { NO_TALK, type Talk } from '../src/shared/talk'
import { callWith, lines, type Media, NOW, operator, participants, six } from './fixtures'

const pairing = (until_ms: number): Pairing => ({ type: 'pairing_code', machine: 'call', code: '019450730', until_ms })

/** The sheet with the code, which a page opens only when it is asked to. */
export const pairings: Record<string, Pairing | null> = {
  making: null,
  made: pairing(NOW + 280_000),
  over: pairing(NOW - 1_000),
}

const view = (step: CallStep): CallView => ({
  operator,
  chat_policy: 'conversacion',
  text_policy: 'conversacion',
  step,
  offer_wanted: false,
})

const sound = (step: SoundStep): SoundView => ({ name: 'Lucía Fernández', step, offer_wanted: false })
const inCallOf = (participants: Participant[]): SoundStep => ({
  state: 'in_call',
  participants,
  me: 2,
  recording: 'runs',
  since_ms: NOW - 187_000,
})

export function machineStates(media: Media): Record<string, MachineState> {
  const at = (screen: Screen, call: CallState = NO_CALL): MachineState => ({ ...START, link: 'open', call, screen })
  const calls = (step: CallStep, call?: CallState, talk: Talk = NO_TALK) =>
    at({ at: 'call', view: view(step), talk }, call)
  const code = { at: 'code', code: '', sending: false, missing: false, round: 0 } as const
  const inCall: CallStep = {
    state: 'in_call',
    participants,
    me: 2,
    recording: 'runs',
    recorded: true,
    since_ms: NOW - 187_000,
    citizen_away_since_ms: null,
    awaited: false,
    limit: { ends_ms: NOW + 270_000, extension_ms: 300_000 },
  }
  const call = callWith(media, participants, 2)
  return {
    entering: START,
    code: at(code),
    'code-brought': at({ ...code, code: '019 450 730' }),
    'code-missing': at({ ...code, code: '019 45', missing: true, round: 1 }),
    'code-wrong': { ...at({ ...code, code: '019 450 730' }), refusal: 'wrong_code' },
    idle: calls({ state: 'idle' }),
    started: calls({ state: 'started', awaited: true }, call),
    call: calls(inCall, call),
    'call-chat': calls(inCall, call, { ...NO_TALK, chat: { ...NO_CHAT, lines, open: true, seen: 3 } }),
    'call-away': calls({ ...inCall, recording: 'off', citizen_away_since_ms: NOW - 31_000, awaited: true }, call),
    'call-six': calls({ ...inCall, participants: six }, callWith(media, six, 2)),
    sound: at({ at: 'sound', view: sound(inCallOf(participants)) }, call),
    'sound-waiting': at({ at: 'sound', view: sound({ state: 'waiting' }) }, call),
    'sound-blocked': at(
      { at: 'sound', view: sound(inCallOf(participants)) },
      { ...NO_CALL, devices: { camera: 'off', microphone: 'blocked' } },
    ),
    left: at({ at: 'left' }),
    outdated: at({ at: 'outdated' }),
  }
}
