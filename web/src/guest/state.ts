// Everything a guest's screen can be, and how it changes. Pure; session.ts does what it asks.
import { type CallState, type Need, NO_CALL } from '../shared/calling'
import { type ChatState, NO_CHAT, toggled, withHistory, withLine } from '../shared/chat_state'
import type { GuestView, RefusalCode, ToGuest } from '../shared/protocol'
import type { LinkState } from '../shared/signalling'

export interface GuestState {
  link: LinkState
  call: CallState
  refusal: RefusalCode | 'network' | null
  screen: Screen
}

export type Screen =
  /** Nobody knows yet whether this browser is a guest's. */
  | { at: 'entering' }
  /** The link does not open, or there is none. */
  | { at: 'closed'; why: RefusalCode | 'network' | 'no_link' }
  | { at: 'visit'; view: GuestView; chat: ChatState }
  /** Another tab holds the place. */
  | { at: 'elsewhere' }
  | { at: 'replaced' }
  | { at: 'outdated' }

export type Input =
  | { type: 'link'; state: LinkState }
  | { type: 'closed'; why: RefusalCode | 'network' | 'no_link' }
  | { type: 'message'; message: ToGuest }
  | { type: 'call'; change: Partial<CallState> }
  | { type: 'toggle_chat' }

export const START: GuestState = { link: 'connecting', call: NO_CALL, refusal: null, screen: { at: 'entering' } }

export function reduce(state: GuestState, input: Input): GuestState {
  const { screen } = state
  switch (input.type) {
    case 'link':
      return { ...state, link: input.state }
    case 'closed':
      return { ...state, refusal: null, screen: { at: 'closed', why: input.why } }
    case 'call':
      return { ...state, call: { ...state.call, ...input.change } }
    case 'message':
      return heard(state, input.message)
    case 'toggle_chat':
      return screen.at === 'visit' ? { ...state, screen: { ...screen, chat: toggled(screen.chat) } } : state
  }
}

function heard(state: GuestState, message: ToGuest): GuestState {
  const { screen } = state
  switch (message.type) {
    case 'visit': {
      const stepped = screen.at !== 'visit' || screen.view.step.state !== message.view.step.state
      const chat = screen.at === 'visit' ? screen.chat : NO_CHAT
      return { ...state, refusal: stepped ? null : state.refusal, screen: { at: 'visit', view: message.view, chat } }
    }
    case 'chat_history':
      return screen.at === 'visit'
        ? { ...state, screen: { ...screen, chat: withHistory(screen.chat, message.lines) } }
        : state
    case 'chat':
      return screen.at === 'visit'
        ? { ...state, screen: { ...screen, chat: withLine(screen.chat, message.line) } }
        : state
    case 'refused':
      return refused(state, message.refusal.code, message.refusal.about)
    case 'replaced':
      // The page may also have been told that the visit is gone: what it last showed stays true.
      return isOver(state) ? state : { ...state, screen: { at: 'replaced' } }
    // A line that is finished comes as chat.
    case 'live_text':
    case 'answer':
    case 'relay':
    case 'slots':
    case 'pong':
      return state
  }
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
