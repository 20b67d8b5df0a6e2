// Everything the citizen's screen can be, and how it changes. Pure: what is told to the server, asked of the browser or
// kept in storage is done by session.ts, which sees each change.
import { type CallState, type Need, NO_CALL } from '../shared/calling'
import { type LoopbackState, NO_LOOPBACK } from '../shared/loopback'
import type { Pairing } from '../shared/pairing'
import type { Catalogue, CitizenView, RefusalCode, ToCitizen } from '../shared/protocol'
import type { LinkState } from '../shared/signalling'
import { done, NO_TALK, said, type Talk, type TalkInput, unasked } from '../shared/talk'
import { type Choice, NO_CHOICE } from './catalogue'
import { type Fields, type FormFault, faultOfServer, faultsOf, NO_FIELDS } from './form'

export interface CitizenState {
  link: LinkState
  catalogue: Catalogue | 'loading' | 'failed'
  call: CallState
  loopback: LoopbackState
  /** What was last refused; forgotten with the next step. */
  refusal: RefusalCode | 'network' | null
  /** The code of a second machine that is being joined. */
  pairing: Pairing | null
  screen: Screen
}

export type Screen =
  /** Nobody knows yet whether this browser has a turn. */
  | { at: 'entering' }
  /** No turn: the catalogue, or the form when a service is chosen. */
  | { at: 'door'; choice: Choice; search: string; form: Form }
  /** A turn: the server's view decides. */
  | { at: 'visit'; view: CitizenView; check: Check; talk: Talk; moveLink: string | null; document: Document }
  /** Another device holds the turn (C18). */
  | { at: 'elsewhere' }
  /** Another tab took this connection over. */
  | { at: 'replaced' }
  /** A link moves a turn here, if the person wants it. */
  | { at: 'move_here'; token: string }
  /** The link was used before, or is too old. */
  | { at: 'move_over' }
  /** This browser has another turn. */
  | { at: 'move_other' }
  /** The server speaks another version. */
  | { at: 'outdated' }

/** The operator looks at a document before the camera: not, he does, and what became of the still that he asked for. */
export type Document = 'none' | 'shown' | 'taking' | 'taken' | 'failed'

export interface Form {
  fields: Fields
  faults: FormFault[]
  /** Attempts to send so far: each moves the focus to the summary. */
  round: number
  sending: boolean
}

/** Between taking the turn and confirming it: the prompt is explained before it appears. */
export type Check = 'explain' | 'test' | 'confirm'

/** What a reload keeps, from address and session storage. */
export interface Kept {
  choice: Choice
  fields: Fields
  check: Check
}

export type Input =
  | { type: 'link'; state: LinkState }
  | { type: 'catalogue'; catalogue: Catalogue | 'loading' | 'failed' }
  | { type: 'no_turn'; kept: Kept }
  | { type: 'message'; message: ToCitizen; kept: Kept }
  | { type: 'choose'; choice: Choice }
  | { type: 'search'; text: string }
  | { type: 'typed'; fields: Fields }
  | { type: 'submit' }
  | { type: 'submit_failed'; code: RefusalCode | 'network'; about: string }
  | { type: 'check'; check: Check }
  | { type: 'call'; change: Partial<CallState> }
  | { type: 'loopback'; change: Partial<LoopbackState> }
  /** The link that moves the turn was seen, or was not let in. */
  | { type: 'move_seen' }
  | { type: 'move_here'; token: string }
  | { type: 'move_over' }
  | { type: 'move_other' }
  /** The still was sent, or could not be. */
  | { type: 'still'; sent: boolean }
  | TalkInput
  /** The code is shown no longer. */
  | { type: 'pairing_seen' }
  | { type: 'forget' }
  | { type: 'again_failed'; code: RefusalCode | 'network' }

export const NO_FORM: Form = { fields: NO_FIELDS, faults: [], round: 0, sending: false }

export const START: CitizenState = {
  link: 'connecting',
  catalogue: 'loading',
  call: NO_CALL,
  loopback: NO_LOOPBACK,
  refusal: null,
  pairing: null,
  screen: { at: 'entering' },
}

export function reduce(state: CitizenState, input: Input): CitizenState {
  switch (input.type) {
    case 'link':
      return { ...state, link: input.state }
    case 'catalogue':
      return { ...state, catalogue: input.catalogue }
    case 'call':
      return called({ ...state, call: { ...state.call, ...input.change } })
    case 'loopback':
      return { ...state, loopback: { ...state.loopback, ...input.change } }
    case 'still':
      return documented(state, input.sent ? 'taken' : 'failed')
    case 'move_here':
      return { ...state, screen: { at: 'move_here', token: input.token } }
    case 'move_over':
    case 'move_other':
      return { ...state, screen: { at: input.type } }
    case 'pairing_seen':
      return { ...state, pairing: null }
    case 'message':
      return heard(state, input.message, input.kept)
    case 'no_turn': {
      const form = { ...NO_FORM, fields: input.kept.fields }
      return { ...state, screen: { at: 'door', choice: input.kept.choice, search: '', form } }
    }
    case 'again_failed':
      return { ...state, refusal: input.code }
    case 'forget':
      return {
        ...state,
        refusal: null,
        screen: { at: 'door', choice: NO_CHOICE, search: '', form: NO_FORM },
      }
    case 'choose':
    case 'search':
    case 'typed':
    case 'submit':
    case 'submit_failed':
      return state.screen.at === 'door' ? atDoor(state, state.screen, input) : state
    case 'check':
    case 'toggle_chat':
    case 'toggle_live':
    case 'answered':
    case 'invitation_seen':
    case 'move_seen':
      return state.screen.at === 'visit' ? inVisit(state, state.screen, input) : state
  }
}

type Door = Extract<Screen, { at: 'door' }>
export type Visit = Extract<Screen, { at: 'visit' }>
type DoorInput = Extract<Input, { type: 'choose' | 'search' | 'typed' | 'submit' | 'submit_failed' }>
type VisitInput = Extract<Input, { type: 'check' | 'move_seen' }> | TalkInput

function atDoor(state: CitizenState, door: Door, input: DoorInput): CitizenState {
  const { form } = door
  switch (input.type) {
    case 'choose':
      return { ...state, refusal: null, screen: { ...door, choice: input.choice, search: '' } }
    case 'search':
      return { ...state, screen: { ...door, search: input.text } }
    case 'typed': {
      // A fault goes away as soon as it is mended, and a new one waits for the next attempt.
      const still = faultsOf(input.fields)
      const faults = form.faults.filter((fault) => still.includes(fault))
      return { ...state, screen: { ...door, form: { ...form, fields: input.fields, faults } } }
    }
    case 'submit': {
      if (form.sending) return state
      const faults = faultsOf(form.fields)
      const next = { ...form, faults, round: form.round + 1, sending: faults.length === 0 }
      return { ...state, refusal: null, screen: { ...door, form: next } }
    }
    case 'submit_failed': {
      // The server's rules may be newer than this page's: its word is shown at the field.
      const fault = input.code === 'invalid' ? faultOfServer(input.about) : null
      const next = {
        ...form,
        sending: false,
        faults: fault ? [fault] : form.faults,
        round: form.round + (fault ? 1 : 0),
      }
      return { ...state, refusal: fault ? null : input.code, screen: { ...door, form: next } }
    }
  }
}

function inVisit(state: CitizenState, visit: Visit, input: VisitInput): CitizenState {
  switch (input.type) {
    case 'check':
      return { ...state, refusal: null, screen: { ...visit, check: input.check } }
    case 'move_seen':
      return { ...state, screen: { ...visit, moveLink: null } }
    case 'toggle_chat':
    case 'toggle_live':
    case 'answered':
    case 'invitation_seen':
      return { ...state, screen: { ...visit, talk: done(visit.talk, input) } }
  }
}

/** What was asked for may be on now. */
function called(state: CitizenState): CitizenState {
  const { screen, call } = state
  if (screen.at !== 'visit') return state
  return { ...state, screen: { ...screen, talk: unasked(screen.talk, call.devices) } }
}

/** One's own number in the call; nobody's outside of it. */
function meOf(view: CitizenView): number {
  return view.step.state === 'in_call' ? view.step.me : 0
}

function heard(state: CitizenState, message: ToCitizen, kept: Kept): CitizenState {
  const { screen } = state
  switch (message.type) {
    case 'visit': {
      const visit: Visit =
        screen.at === 'visit'
          ? { ...screen, view: message.view }
          : { at: 'visit', view: message.view, check: kept.check, talk: NO_TALK, moveLink: null, document: 'none' }
      // A question is of one call.
      if (message.view.step.state !== 'in_call') {
        visit.talk = { ...visit.talk, asked: [] }
        visit.document = 'none'
      }
      const stepped = screen.at !== 'visit' || screen.view.step.state !== message.view.step.state
      return { ...state, refusal: stepped ? null : state.refusal, screen: visit }
    }
    case 'chat_history':
    case 'chat':
    case 'live_text':
    case 'caption':
    case 'asked':
    case 'invited':
      return screen.at === 'visit'
        ? { ...state, screen: { ...screen, talk: said(screen.talk, message, meOf(screen.view), state.call.devices) } }
        : state
    case 'document':
      return documented(state, ({ begin: 'shown', still: 'taking', end: 'none' } as const)[message.step])
    case 'move_link':
      return screen.at === 'visit' ? { ...state, screen: { ...screen, moveLink: message.token } } : state
    case 'refused':
      return refused(state, message.refusal.code, message.refusal.about, kept)
    case 'pairing_code':
      return { ...state, pairing: message }
    case 'replaced':
      return { ...state, screen: { at: 'replaced' } }
    case 'answer':
    case 'loopback_answer':
    case 'relay':
    case 'slots':
    case 'pong':
      return state
  }
}

function documented(state: CitizenState, document: Document): CitizenState {
  return state.screen.at === 'visit' ? { ...state, screen: { ...state.screen, document } } : state
}

function refused(state: CitizenState, code: RefusalCode, about: string, kept: Kept): CitizenState {
  switch (code) {
    case 'version':
      return { ...state, screen: { at: 'outdated' } }
    case 'other_device':
      return { ...state, screen: { at: 'elsewhere' } }
    case 'no_session':
      return reduce({ ...state, refusal: null }, { type: 'no_turn', kept })
    default:
      // Devices are told again with the next change, and a test of the line says itself that there is none; nobody can do
      // anything about it here.
      return about === 'devices' || about === 'ping' || about === 'loopback_offer' ? state : { ...state, refusal: code }
  }
}

/** What the present screen needs of camera, microphone and line. */
export function needOf(state: CitizenState): Need {
  if (state.screen.at !== 'visit') return 'none'
  const { view, check } = state.screen
  if (view.offer_wanted) return 'offer'
  switch (view.step.state) {
    case 'verifying':
      return check === 'explain' ? 'none' : 'devices'
    case 'waiting':
    case 'assigned':
      return 'devices'
    case 'called':
    case 'in_call':
      return 'peer'
    case 'interrupted':
      return view.step.cause === 'line_lost' ? 'peer' : 'devices'
    case 'ended':
    case 'closed':
    case 'abandoned':
    case 'expired':
      return 'none'
  }
}

/** Name of the screen: the focus moves when it changes. */
export function screenName(state: CitizenState): string {
  const { screen } = state
  switch (screen.at) {
    case 'door': {
      const { office, subcategory, service } = screen.choice
      return `door-${office ?? ''}-${subcategory ?? ''}-${service ?? ''}`
    }
    case 'visit': {
      const { step } = screen.view
      if (step.state === 'verifying') return `verifying-${screen.check}`
      if (step.state === 'assigned') return step.accepted ? 'accepted' : 'assigned'
      return step.state
    }
    case 'entering':
    case 'elsewhere':
    case 'replaced':
    case 'outdated':
    case 'move_here':
    case 'move_over':
    case 'move_other':
      return screen.at
  }
}
