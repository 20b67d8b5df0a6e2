// What every person's app does alike: one link to the server, one set of media behind it. What the messages mean to a screen is
// each app's own.
import { keepAwake } from './attention'
import { type Calling, type CallState, calling } from './calling'
import { language } from './i18n'
import type { FromPerson, ToPerson } from './protocol'
import { type Link, type LinkState, openLink } from './signalling'

export interface PersonEvents<To> {
  /** Whether the server is told now what the devices do. */
  tellsDevices(): boolean
  call(change: Partial<CallState>): void
  link(state: LinkState): void
  /** Before the media hear it. */
  message(message: To): void
  /** A door that does not let in; nothing to do where a message tells it, and all else is a lost network. */
  turnedAway?(): void
  /** Whether the person asked, by a click just now, to go on on this device. */
  takesOver?(): boolean
}

export interface Person<From> {
  readonly calling: Calling
  /** Opens the link, in place of the one that there is. */
  open(): void
  isOpen(): boolean
  /** Says hello anew, in another language for example. */
  restart(): void
  send(message: From): void
  /** For what is out of date a moment later, such as a letter. */
  sendNow(message: From): void
  /** It goes on elsewhere, or not at all: the link is closed and the devices are let go. */
  standStill(): void
}

/** After these the place is not this page's, and asking again would change nothing. */
const FINAL = ['version', 'other_device', 'no_session']

export function person<From extends { type: string }, To extends { type: string }>(
  path: string,
  events: PersonEvents<To | ToPerson>,
): Person<From | FromPerson> {
  let link: Link<From | FromPerson> | null = null

  const media = calling({
    offer: (attempt, sdp) => link?.sendNow({ type: 'offer', attempt, sdp }),
    devices: (devices) => {
      if (events.tellsDevices()) link?.sendNow({ type: 'devices', devices })
    },
    screen: (on) => link?.sendNow({ type: 'share_screen', on }),
    reachable: () => link?.wake(),
    change: events.call,
  })

  const standStill = () => {
    link?.close()
    link = null
    media.need('none')
  }

  function heard(said: To | ToPerson): void {
    events.message(said)
    // An app's own messages have names of their own.
    const message = said as ToPerson
    if (message.type === 'answer') media.answer(message.attempt, message.sdp, message.restart)
    if (message.type === 'slots') media.slots(message.slots)
    if (message.type === 'relay') media.relay(message.relay)
    if (message.type === 'replaced') standStill()
    if (message.type !== 'refused') return
    if (message.refusal.about === 'offer') media.offerRefused()
    if (message.refusal.about === 'share_screen') media.stopScreen()
    if (FINAL.includes(message.refusal.code)) standStill()
  }

  return {
    calling: media,
    open: () => {
      link?.close()
      const greeting = () => ({
        language: language.value,
        attempt: media.attempt(),
        takesOver: events.takesOver?.() ?? false,
      })
      link = openLink<From | FromPerson, To | ToPerson>(path, greeting, {
        message: heard,
        state: (state) => {
          if (state === 'reconnecting' || state === 'open') media.linkLost()
          if (state === 'open') media.linkBack()
          events.link(state)
        },
        turnedAway: () => events.turnedAway?.(),
      })
    },
    isOpen: () => link !== null,
    restart: () => link?.restart(),
    send: (message) => link?.send(message),
    sendNow: (message) => link?.sendNow(message),
    standStill,
  }
}

/** Keeps the screen lit while it is asked to. */
export function light(): (on: boolean) => void {
  let asleep: (() => void) | null = null
  return (on) => {
    if (on) asleep ??= keepAwake()
    else {
      asleep?.()
      asleep = null
    }
  }
}
