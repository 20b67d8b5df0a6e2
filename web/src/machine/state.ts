// Everything the screen of a second machine can be, and how it changes. Pure; session.ts does what it asks.
import { type CallState, type Need, NO_CALL } from '../shared/calling'
import type { CallView, RefusalCode, SoundView, ToMachine } from '../shared/protocol'
import type { LinkState } from '../shared/signalling'
import { done, NO_TALK, said, type Talk, type TalkInput } from '../shared/talk'

export interface MachineState {
  link: LinkState
  call: CallState
  refusal: RefusalCode | 'network' | null
  screen: Screen
}

export type Screen =
  /** Nobody knows yet whether this browser has joined. */
  | { at: 'entering' }
  /** It has not: the code is asked for. */
  | { at: 'code'; code: string; sending: boolean; missing: boolean; round: number }
  /** It is the operator's call. */
  | { at: 'call'; view: CallView; talk: Talk }
  /** It is somebody's sound. */
  | { at: 'sound'; view: SoundView }
  /** It was taken back, or is open in another tab. */
  | { at: 'left' }
  | { at: 'outdated' }

export type Input =
  | { type: 'link'; state: LinkState }
  /** No session; with what stood in the link, if anything did. */
  | { type: 'code_needed'; code: string }
  | { type: 'type_code'; code: string }
  | { type: 'submit' }
  | { type: 'refused'; code: RefusalCode | 'network' }
  | { type: 'joined' }
  | { type: 'message'; message: ToMachine }
  | { type: 'call'; change: Partial<CallState> }
  | TalkInput

export const START: MachineState = { link: 'connecting', call: NO_CALL, refusal: null, screen: { at: 'entering' } }

const DIGITS = 9

/** The nine digits of what was typed, whatever stands between them; null when there are not nine. */
export function digitsOf(typed: string): string | null {
  const digits = typed.replace(/[\s–-]/g, '')
  return /^\d{9}$/.test(digits) ? digits : null
}

/** In groups of three, as it is read aloud. */
export function grouped(code: string): string {
  return code.slice(0, DIGITS).replace(/(\d{3})(?=\d)/g, '$1 ')
}

export function reduce(state: MachineState, input: Input): MachineState {
  const { screen } = state
  switch (input.type) {
    case 'link':
      return { ...state, link: input.state }
    case 'code_needed':
      return {
        ...state,
        refusal: null,
        screen: { at: 'code', code: grouped(input.code), sending: false, missing: false, round: 0 },
      }
    case 'type_code':
      return screen.at === 'code' ? { ...state, screen: { ...screen, code: input.code, missing: false } } : state
    case 'submit': {
      if (screen.at !== 'code') return state
      const missing = digitsOf(screen.code) === null
      return { ...state, refusal: null, screen: { ...screen, missing, sending: !missing, round: screen.round + 1 } }
    }
    case 'refused':
      return screen.at === 'code' ? { ...state, refusal: input.code, screen: { ...screen, sending: false } } : state
    case 'joined':
      return { ...state, refusal: null, screen: { at: 'entering' } }
    case 'call':
      return { ...state, call: { ...state.call, ...input.change } }
    case 'message':
      return heard(state, input.message)
    case 'toggle_chat':
    case 'toggle_live':
    case 'answered':
    case 'invitation_seen':
      return screen.at === 'call' ? { ...state, screen: { ...screen, talk: done(screen.talk, input) } } : state
  }
}

function heard(state: MachineState, message: ToMachine): MachineState {
  const { screen } = state
  switch (message.type) {
    case 'call': {
      const known = screen.at === 'call' ? screen : null
      const stepped = known?.view.step.state !== message.view.step.state
      // Between two calls nothing of the one may be seen with the next.
      const talk = known && message.view.step.state === 'in_call' ? known.talk : NO_TALK
      return { ...state, refusal: stepped ? null : state.refusal, screen: { at: 'call', view: message.view, talk } }
    }
    case 'sound':
      return { ...state, screen: { at: 'sound', view: message.view } }
    case 'chat_history':
    case 'chat':
    case 'live_text':
    case 'caption':
    case 'asked':
    case 'invited':
      return screen.at === 'call'
        ? { ...state, screen: { ...screen, talk: said(screen.talk, message, meOf(screen.view), state.call.devices) } }
        : state
    case 'refused':
      return refused(state, message.refusal.code, message.refusal.about)
    case 'replaced':
      return { ...state, screen: { at: 'left' } }
    case 'answer':
    case 'relay':
    case 'slots':
    case 'pairing_code':
    case 'pong':
      return state
  }
}

/** One's own number in the call; nobody's outside of it. */
function meOf(view: CallView): number {
  return view.step.state === 'in_call' ? view.step.me : 0
}

function refused(state: MachineState, code: RefusalCode, about: string): MachineState {
  switch (code) {
    case 'version':
      return { ...state, screen: { at: 'outdated' } }
    case 'no_session':
      return reduce(state, { type: 'code_needed', code: '' })
    case 'other_device':
      return { ...state, screen: { at: 'left' } }
    default:
      return about === 'devices' || about === 'ping' ? state : { ...state, refusal: code }
  }
}

/** What the present screen needs of camera, microphone and line. */
export function needOf(state: MachineState): Need {
  if (state.screen.at === 'sound') return state.screen.view.offer_wanted ? 'offer' : 'peer'
  if (state.screen.at !== 'call') return 'none'
  const { view } = state.screen
  if (view.offer_wanted) return 'offer'
  return view.step.state === 'idle' ? 'none' : 'peer'
}

/** Name of the screen: the focus moves when it changes. */
export function screenName(state: MachineState): string {
  if (state.screen.at === 'sound') return `sound_${state.screen.view.step.state}`
  return state.screen.at === 'call' ? state.screen.view.step.state : state.screen.at
}
