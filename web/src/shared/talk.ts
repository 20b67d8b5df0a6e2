// What people of a call say to each other beside talking, as a page holds it: chat, real-time text, questions about devices, the
// link of an invitation. Alike for every person; each app has one of these in its state.
import { withCaption } from './captions'
import { type ChatState, NO_CHAT, toggled, withHistory, withLine } from './chat_state'
import { type LiveState, NO_LIVE, withFinished, withLive } from './live_text'
import type { Caption, Device, DeviceStates, Invitation, ToPerson } from './protocol'

export interface Talk {
  chat: ChatState
  live: LiveState
  /** What a recogniser made of what was said, last lines. */
  captions: readonly Caption[]
  /** What the operator has asked to be switched on, and was not answered yet. */
  asked: readonly Device[]
  /** The link that was just made. */
  invitation: Invitation | null
}

export const NO_TALK: Talk = { chat: NO_CHAT, live: NO_LIVE, captions: [], asked: [], invitation: null }

/** What the person does. */
export type TalkInput =
  | { type: 'toggle_chat' }
  | { type: 'toggle_live' }
  | { type: 'answered'; device: Device }
  | { type: 'invitation_seen' }

/** What the server says. */
export type TalkMessage = Extract<
  ToPerson,
  { type: 'chat_history' | 'chat' | 'live_text' | 'caption' | 'asked' | 'invited' }
>

export function done(talk: Talk, input: TalkInput): Talk {
  switch (input.type) {
    case 'toggle_chat':
      return { ...talk, chat: toggled(talk.chat) }
    case 'toggle_live':
      return { ...talk, live: { ...talk.live, open: !talk.live.open } }
    case 'answered':
      return { ...talk, asked: talk.asked.filter((one) => one !== input.device) }
    case 'invitation_seen':
      return { ...talk, invitation: null }
  }
}

/** `me`: one's own number in the call, 0 outside of it; `devices`: one's own. */
export function said(talk: Talk, message: TalkMessage, me: number, devices: DeviceStates): Talk {
  switch (message.type) {
    case 'chat_history':
      // What is still being written follows.
      return { ...talk, chat: withHistory(talk.chat, message.lines), live: { ...talk.live, lines: new Map() } }
    case 'chat':
      return { ...talk, chat: withLine(talk.chat, message.line), live: withFinished(talk.live, message.line, me) }
    case 'live_text':
      return { ...talk, live: withLive(talk.live, message.line, me) }
    case 'caption':
      return { ...talk, captions: withCaption(talk.captions, message.line) }
    case 'asked':
      // Only shown: what is done about it is the person's own click (C29).
      return unasked(
        { ...talk, asked: [...talk.asked.filter((one) => one !== message.device), message.device] },
        devices,
      )
    case 'invited':
      return { ...talk, invitation: message.invitation }
  }
}

/** What was asked for and is on now needs no answer. */
export function unasked(talk: Talk, devices: DeviceStates): Talk {
  return talk.asked.some((device) => devices[device] === 'on')
    ? { ...talk, asked: talk.asked.filter((device) => devices[device] !== 'on') }
    : talk
}
