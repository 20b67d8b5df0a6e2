// The guest's app at work: opens the invitation, keeps the state, tells the server, asks the browser.
import { type ReadonlySignal, signal } from '@preact/signals'
import { chime, keepAwake } from '../shared/attention'
import { type Calling, calling, isByPhone, peopleIn } from '../shared/calling'
import { ask } from '../shared/http'
import { language } from '../shared/i18n'
import type { Device, EnterInvitation, FromGuest, ToGuest } from '../shared/protocol'
import { type Greeting, type Link, openLink } from '../shared/signalling'
import { type GuestState, type Input, isOver, needOf, reduce, START, screenName } from './state'

export interface GuestSession {
  readonly state: ReadonlySignal<GuestState>
  readonly calling: Calling
  send(message: FromGuest): void
  /** For what is out of date a moment later, such as a letter. */
  sendNow(message: FromGuest): void
  /** The code of a second machine is shown no longer. */
  pairingSeen(): void
  toggleChat(): void
  toggleLive(): void
  /** The answer to what the operator asked: the person's own click. */
  answer(device: Device, yes: boolean): void
  /** Takes the place back to this tab. */
  useHere(): void
  relabel(): void
}

export function startSession(): GuestSession {
  const state = signal(START)
  let link: Link<FromGuest> | null = null
  let asleep: (() => void) | null = null

  const send = (message: FromGuest) => link?.send(message)
  const media = calling({
    offer: (attempt, sdp) => link?.sendNow({ type: 'offer', attempt, sdp }),
    devices: (devices) => {
      if (['waiting', 'in_call', 'interrupted'].includes(screenName(state.value)))
        link?.sendNow({ type: 'devices', devices })
    },
    // Guests share no screen.
    screen: () => undefined,
    reachable: () => link?.wake(),
    change: (change) => dispatch({ type: 'call', change }),
  })

  function dispatch(input: Input): void {
    const before = screenName(state.value)
    state.value = reduce(state.value, input)
    const now = screenName(state.value)
    if (before === now) return
    if (now === 'in_call') chime()
    if (['waiting', 'in_call', 'interrupted'].includes(now)) asleep ??= keepAwake()
    else {
      asleep?.()
      asleep = null
    }
  }

  function heard(message: ToGuest): void {
    dispatch({ type: 'message', message })
    if (message.type === 'answer') media.answer(message.attempt, message.sdp, message.restart)
    if (message.type === 'slots') media.slots(message.slots)
    if (message.type === 'relay') media.relay(message.relay)
    // Whether he interprets another language or signs is not asked: hands are kept moving for both.
    if (message.type === 'visit' && message.view.role === 'interpreter') media.signs()
    if (message.type === 'visit') media.quiet(isByPhone(message.view.step))
    if (message.type === 'visit') media.need(needOf(state.value), peopleIn(message.view.step))
    if (message.type === 'replaced') standStill()
    if (message.type !== 'refused') return
    if (message.refusal.about === 'offer') media.offerRefused()
    if (['version', 'other_device', 'no_session'].includes(message.refusal.code)) standStill()
  }

  function standStill(): void {
    link?.close()
    link = null
    media.need('none')
  }

  function greeting(): Greeting {
    return { language: language.value, attempt: media.attempt() }
  }

  function open(): void {
    link?.close()
    link = openLink<FromGuest, ToGuest>('/ws/guest', greeting, {
      message: heard,
      state: (link) => {
        if (link === 'reconnecting' || link === 'open') media.linkLost()
        if (link === 'open') media.linkBack()
        dispatch({ type: 'link', state: link })
      },
      // What a guest without a place sees comes as a message; everything else is a lost network, and is tried again.
      turnedAway: () => undefined,
    })
  }

  /** The link's secret is asked about once, and then kept nowhere: the cookie is the guest's from here on. */
  async function enter(token: string): Promise<void> {
    const body: EnterInvitation = { token }
    const answer = await ask('POST', '/api/invitations', body)
    if (!answer.ok) return dispatch({ type: 'closed', why: answer.code })
    history.replaceState(null, '', '/invitado')
    open()
  }

  const begin = () => {
    const token = location.hash.slice(1)
    if (token === '') open()
    else void enter(token)
  }
  // Another link opened in the same tab changes nothing but the fragment.
  addEventListener('hashchange', () => {
    if (location.hash.length <= 1) return
    standStill()
    begin()
  })
  begin()

  return {
    state,
    calling: media,
    send,
    sendNow: (message) => link?.sendNow(message),
    pairingSeen: () => dispatch({ type: 'pairing_seen' }),
    toggleChat: () => dispatch({ type: 'toggle_chat' }),
    toggleLive: () => dispatch({ type: 'toggle_live' }),
    answer: (device, yes) => {
      dispatch({ type: 'answered', device })
      if (yes) media.turnOn(device)
      else send({ type: 'decline', device })
    },
    useHere: open,
    relabel: () => {
      // The notice comes in the language of hello; a call that runs is left alone.
      if (screenName(state.value) === 'invited' && !isOver(state.value)) link?.restart()
    },
  }
}
