// Everything a guest's screen can be, and how it changes. Pure; session.ts does what it asks.
import { type CallState, type Need, NO_CALL } from '../shared/calling'
import type { Pairing } from '../shared/pairing'
import type { GuestView, RefusalCode, ToGuest } from '../shared/protocol'
import type { LinkState } from '../shared/signalling'
import { done, NO_TALK, said, type Talk, type TalkInput, unasked } from '../shared/talk'

export interface GuestState {
  link: LinkState
  call: CallState
  refusal: RefusalCode | 'network' | null
  /** The code of a second machine that is being joined. */
  pairing: Pairing | null
  screen: Screen
}

export type Screen =
  /** Nobody knows yet whether this browser is a guest's. */
  | { at: 'entering' }
  /** The link does not open, or there is none. */
  | { at: 'closed'; why: RefusalCode | 'network' | 'no_link' }
  | { at: 'visit'; view: GuestView; talk: Talk }
  /** Another tab holds the place. */
  | { at: 'elsewhere' }
  | { at: 'replaced' }
  | { at: 'outdated' }

export type Input =
  | { type: 'link'; state: LinkState }
  | { type: 'closed'; why: RefusalCode | 'network' | 'no_link' }
  | { type: 'message'; message: ToGuest }
  | { type: 'call'; change: Partial<CallState> }
  | TalkInput
  /** The code is shown no longer. */
  | { type: 'pairing_seen' }

export const START: GuestState = {
  link: 'connecting',
  call: NO_CALL,
  refusal: null,
  pairing: null,
  screen: { at: 'entering' },
}

export function reduce(state: GuestState, input: Input): GuestState {
  const { screen } = state
  switch (input.type) {
    case 'link':
      return { ...state, link: input.state }
    case 'closed':
      return { ...state, refusal: null, screen: { at: 'closed', why: input.why } }
    case 'call': {
      const call = { ...state.call, ...input.change }
      // What was asked for may be on now.
      const talked = screen.at === 'visit' ? { ...screen, talk: unasked(screen.talk, call.devices) } : screen
      return { ...state, call, screen: talked }
    }
    case 'pairing_seen':
      return { ...state, pairing: null }
    case 'message':
      return heard(state, input.message)
    case 'toggle_chat':
    case 'toggle_live':
    case 'answered':
    case 'invitation_seen':
      return screen.at === 'visit' ? { ...state, screen: { ...screen, talk: done(screen.talk, input) } } : state
  }
}

function heard(state: GuestState, message: ToGuest): GuestState {
  const { screen } = state
  switch (message.type) {
    case 'visit': {
      const stepped = screen.at !== 'visit' || screen.view.step.state !== message.view.step.state
      const known = screen.at === 'visit' ? screen.talk : NO_TALK
      // A question is of one call.
      const talk = message.view.step.state === 'in_call' ? known : { ...known, asked: [] }
      return { ...state, refusal: stepped ? null : state.refusal, screen: { at: 'visit', view: message.view, talk } }
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
    case 'refused':
      return refused(state, message.refusal.code, message.refusal.about)
    case 'pairing_code':
      return { ...state, pairing: message }
    case 'replaced':
      // The page may also have been told that the visit is gone: what it last showed stays true.
      return isOver(state) ? state : { ...state, screen: { at: 'replaced' } }
    case 'answer':
    case 'relay':
    case 'slots':
    case 'pong':
      return state
  }
}

/** One's own number in the call; nobody's outside of it. */
function meOf(view: GuestView): number {
  return view.step.state === 'in_call' ? view.step.me : 0
}

function refused(state: GuestState, code: RefusalCode, about: string): GuestState {
  switch (code) {
    case 'version':
      return { ...state, screen: { at: 'outdated' } }
    case 'other_device':
      return { ...state, screen: { at: 'elsewhere' } }
    case 'no_session':
      return isOver(state) ? state : reduce(state, { type: 'closed', why: 'no_link' })
    default:
      return about === 'devices' || about === 'ping' ? state : { ...state, refusal: code }
  }
}

/** Nothing more will happen on this page. */
export function isOver(state: GuestState): boolean {
  if (state.screen.at !== 'visit') return state.screen.at === 'closed'
  return ['left', 'removed', 'ended'].includes(state.screen.view.step.state)
}

/** What the present screen needs of camera, microphone and line. */
export function needOf(state: GuestState): Need {
  if (state.screen.at !== 'visit') return 'none'
  const { view } = state.screen
  if (view.offer_wanted) return 'offer'
  switch (view.step.state) {
    case 'invited':
    case 'left':
    case 'removed':
    case 'ended':
      return 'none'
    case 'waiting':
    case 'interrupted':
      return 'devices'
    case 'in_call':
      return 'peer'
  }
}

/** Name of the screen: the focus moves when it changes. */
export function screenName(state: GuestState): string {
  return state.screen.at === 'visit' ? state.screen.view.step.state : state.screen.at
}
