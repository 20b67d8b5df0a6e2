// The guest's app at work: opens the invitation, keeps the state, tells the server, asks the browser.
import { type ReadonlySignal, signal } from '@preact/signals'
import { chime } from '../shared/attention'
import { type Calling, isByPhone, peopleIn } from '../shared/calling'
import { ask } from '../shared/http'
import { light, person } from '../shared/person'
import type { Device, EnterInvitation, FromGuest, ToGuest } from '../shared/protocol'
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
  const lit = light()

  const own = person<FromGuest, ToGuest>('/ws/guest', {
    tellsDevices: () => ['waiting', 'in_call', 'interrupted'].includes(screenName(state.value)),
    call: (change) => dispatch({ type: 'call', change }),
    link: (state) => dispatch({ type: 'link', state }),
    message: heard,
  })
  const media = own.calling

  function dispatch(input: Input): void {
    const before = screenName(state.value)
    state.value = reduce(state.value, input)
    const now = screenName(state.value)
    if (before === now) return
    if (now === 'in_call') chime()
    lit(['waiting', 'in_call', 'interrupted'].includes(now))
  }

  function heard(message: ToGuest): void {
    dispatch({ type: 'message', message })
    // Whether he interprets another language or signs is not asked: hands are kept moving for both.
    if (message.type === 'visit' && message.view.role === 'interpreter') media.signs()
    if (message.type === 'visit') media.quiet(isByPhone(message.view.step))
    if (message.type === 'visit') media.need(needOf(state.value), peopleIn(message.view.step))
  }

  /** The link's secret is asked about once, and then kept nowhere: the cookie is the guest's from here on. */
  async function enter(token: string): Promise<void> {
    const body: EnterInvitation = { token }
    const answer = await ask('POST', '/api/invitations', body)
    if (!answer.ok) return dispatch({ type: 'closed', why: answer.code })
    history.replaceState(null, '', '/invitado')
    own.open()
  }

  const begin = () => {
    const token = location.hash.slice(1)
    if (token === '') own.open()
    else void enter(token)
  }
  // Another link opened in the same tab changes nothing but the fragment.
  addEventListener('hashchange', () => {
    if (location.hash.length <= 1) return
    own.standStill()
    begin()
  })
  begin()

  return {
    state,
    calling: media,
    send: own.send,
    sendNow: own.sendNow,
    pairingSeen: () => dispatch({ type: 'pairing_seen' }),
    toggleChat: () => dispatch({ type: 'toggle_chat' }),
    toggleLive: () => dispatch({ type: 'toggle_live' }),
    answer: (device, yes) => {
      dispatch({ type: 'answered', device })
      if (yes) media.turnOn(device)
      else own.send({ type: 'decline', device })
    },
    useHere: own.open,
    relabel: () => {
      // The notice comes in the language of hello; a call that runs is left alone.
      if (screenName(state.value) === 'invited' && !isOver(state.value)) own.restart()
    },
  }
}
