// Everything the operator's console can be, and how it changes. Pure; session.ts does what it asks.
import { type CallState, type Need, NO_CALL } from '../shared/calling'
import type { Pairing } from '../shared/pairing'
import {
  type Device,
  type OperatorView,
  type RefusalCode,
  TEXT_CHARS_MAX,
  type ToOperator,
  type VisitResult,
} from '../shared/protocol'
import type { LinkState } from '../shared/signalling'
import { done, NO_TALK, said, type Talk, type TalkInput } from '../shared/talk'

export interface OperatorState {
  link: LinkState
  call: CallState
  refusal: RefusalCode | 'network' | null
  /** The code of a second machine that is being joined. */
  pairing: Pairing | null
  screen: Screen
}

export type Screen =
  /** Nobody knows yet whether somebody is signed in. */
  | { at: 'entering' }
  | { at: 'signing_in'; sending: boolean }
  | {
      at: 'console'
      view: OperatorView
      talk: Talk
      /** Who answered "Ahora no", to what; the last one. */
      declined: { participant: number; device: Device } | null
      form: ResultForm
    }
  /** The console was opened elsewhere, or the session ended. */
  | { at: 'replaced' }
  | { at: 'outdated' }

/** The result that is owed for one visit; kept in memory while the visit lasts. */
export interface ResultForm {
  /** Visit that it belongs to. */
  turno: string | null
  /** What was chosen by hand; none leaves the server's preset standing. */
  result: VisitResult | null
  notes: string
  faults: FormFault[]
  round: number
}

export type FormFault = 'result-missing' | 'notes-long'

export type Input =
  | { type: 'link'; state: LinkState }
  | { type: 'signed_out' }
  | { type: 'sign_in' }
  | { type: 'sign_in_failed'; code: RefusalCode | 'network' }
  | { type: 'message'; message: ToOperator }
  | { type: 'call'; change: Partial<CallState> }
  | { type: 'choose_result'; result: VisitResult }
  | { type: 'type_notes'; notes: string }
  | { type: 'submit_result' }
  | TalkInput
  /** Somebody is asked to switch something on: what was answered before counts no longer. */
  | { type: 'asks' }
  /** The code is shown no longer. */
  | { type: 'pairing_seen' }

export const NO_RESULT: ResultForm = { turno: null, result: null, notes: '', faults: [], round: 0 }

export const START: OperatorState = {
  link: 'connecting',
  call: NO_CALL,
  refusal: null,
  pairing: null,
  screen: { at: 'entering' },
}

export function reduce(state: OperatorState, input: Input): OperatorState {
  switch (input.type) {
    case 'link':
      return { ...state, link: input.state }
    case 'call':
      return { ...state, call: { ...state.call, ...input.change } }
    case 'signed_out':
      return { ...state, refusal: null, screen: { at: 'signing_in', sending: false } }
    case 'sign_in':
      return { ...state, refusal: null, screen: { at: 'signing_in', sending: true } }
    case 'sign_in_failed':
      return { ...state, refusal: input.code, screen: { at: 'signing_in', sending: false } }
    case 'pairing_seen':
      return { ...state, pairing: null }
    case 'message':
      return heard(state, input.message)
    case 'choose_result':
    case 'type_notes':
    case 'submit_result':
    case 'toggle_chat':
    case 'toggle_live':
    case 'answered':
    case 'asks':
    case 'invitation_seen':
      return state.screen.at === 'console' ? inConsole(state, state.screen, input) : state
  }
}

export type Console = Extract<Screen, { at: 'console' }>
type ConsoleInput = Extract<Input, { type: 'choose_result' | 'type_notes' | 'submit_result' | 'asks' }> | TalkInput

function inConsole(state: OperatorState, console: Console, input: ConsoleInput): OperatorState {
  const { form } = console
  const changed = (next: ResultForm): OperatorState => ({ ...state, screen: { ...console, form: next } })
  switch (input.type) {
    case 'choose_result':
      return changed({ ...form, result: input.result, faults: form.faults.filter((one) => one !== 'result-missing') })
    case 'type_notes':
      return changed({ ...form, notes: input.notes, faults: form.faults.filter((one) => one !== 'notes-long') })
    case 'submit_result':
      return changed({ ...form, faults: faultsOf(console), round: form.round + 1 })
    case 'toggle_chat':
    case 'toggle_live':
    case 'answered':
    case 'invitation_seen':
      return { ...state, screen: { ...console, talk: done(console.talk, input) } }
    case 'asks':
      return { ...state, screen: { ...console, declined: null } }
  }
}

/** What the form says now: by hand, else as the server proposes (O9). */
export function resultOf({ view, form }: Console): VisitResult | null {
  if (form.result) return form.result
  return view.step.state === 'wrap_up' ? view.step.preset : null
}

export function faultsOf(console: Console): FormFault[] {
  const faults: FormFault[] = []
  if (resultOf(console) === null) faults.push('result-missing')
  if ([...console.form.notes].length > TEXT_CHARS_MAX) faults.push('notes-long')
  return faults
}

/** One's own number in the call; nobody's outside of it. */
function meOf(view: OperatorView): number {
  return view.step.state === 'in_call' ? view.step.me : 0
}

/** The visit that a view is about. */
function turnoOf(view: OperatorView): string | null {
  switch (view.step.state) {
    case 'assigned':
    case 'started':
    case 'in_call':
    case 'wrap_up':
      return view.step.visit.turno_code
    case 'off':
    case 'inactive':
    case 'seeking':
      return null
  }
}

function heard(state: OperatorState, message: ToOperator): OperatorState {
  const { screen } = state
  switch (message.type) {
    case 'console':
      return viewed(state, message.view)
    case 'chat_history':
    case 'chat':
    case 'live_text':
    case 'caption':
    case 'asked':
    case 'invited':
      return screen.at === 'console'
        ? { ...state, screen: { ...screen, talk: said(screen.talk, message, meOf(screen.view), state.call.devices) } }
        : state
    case 'declined': {
      const { participant, device } = message
      return screen.at === 'console' ? { ...state, screen: { ...screen, declined: { participant, device } } } : state
    }
    case 'refused':
      return refused(state, message.refusal.code, message.refusal.about)
    case 'pairing_code':
      return { ...state, pairing: message }
    case 'replaced':
      return { ...state, screen: { at: 'replaced' } }
    case 'answer':
    case 'relay':
    case 'slots':
    case 'pong':
      return state
  }
}

function viewed(state: OperatorState, view: OperatorView): OperatorState {
  const { screen } = state
  const turno = turnoOf(view)
  const known = screen.at === 'console' ? screen : null
  // Another visit, another form and another chat: nothing of one citizen may be seen with the next.
  const same = known !== null && turno !== null && known.form.turno === turno
  const stepped = known?.view.step.state !== view.step.state
  return {
    ...state,
    refusal: stepped ? null : state.refusal,
    screen: {
      at: 'console',
      view,
      talk: same ? known.talk : NO_TALK,
      declined: same ? known.declined : null,
      form: same ? known.form : { ...NO_RESULT, turno },
    },
  }
}

function refused(state: OperatorState, code: RefusalCode, about: string): OperatorState {
  switch (code) {
    case 'version':
      return { ...state, screen: { at: 'outdated' } }
    case 'no_session':
      return reduce(state, { type: 'signed_out' })
    case 'other_device':
      return { ...state, screen: { at: 'replaced' } }
    default:
      return about === 'devices' || about === 'ping' ? state : { ...state, refusal: code }
  }
}

/** What the present step needs of camera, microphone and line. */
export function needOf(state: OperatorState): Need {
  if (state.screen.at !== 'console') return 'none'
  const { view } = state.screen
  if (view.call_machine) return 'none'
  if (view.offer_wanted) return 'offer'
  switch (view.step.state) {
    // A test of the own devices may run in any of these.
    case 'off':
    case 'inactive':
    case 'seeking':
    case 'assigned':
      return 'kept'
    case 'wrap_up':
      return 'none'
    case 'started':
    case 'in_call':
      return 'peer'
  }
}

export function screenName(state: OperatorState): string {
  return state.screen.at === 'console' ? state.screen.view.step.state : state.screen.at
}
