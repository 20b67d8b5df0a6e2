// The app of a second machine at work: takes the code, keeps the state, tells the server, asks the browser.
import { type ReadonlySignal, signal } from '@preact/signals'
import { chime, keepAwake } from '../shared/attention'
import { type Calling, calling, isByPhone, peopleIn } from '../shared/calling'
import { ask } from '../shared/http'
import { language } from '../shared/i18n'
import type { EnterMachine, FromMachine, ToMachine } from '../shared/protocol'
import { type Greeting, type Link, openLink } from '../shared/signalling'
import { digitsOf, type Input, type MachineState, needOf, reduce, START, screenName } from './state'

export interface MachineSession {
  readonly state: ReadonlySignal<MachineState>
  readonly calling: Calling
  typeCode(code: string): void
  /** The code that was typed joins this machine. */
  join(): void
  /** Gives back what this machine has, for good. */
  leave(): void
  send(message: FromMachine): void
  /** For what is out of date a moment later, such as a letter. */
  sendNow(message: FromMachine): void
  toggleChat(): void
  toggleLive(): void
  /** Takes the place back to this tab. */
  useHere(): void
}

const PATH = '/equipo'

export function startSession(): MachineSession {
  const state = signal(START)
  let link: Link<FromMachine> | null = null
  let asleep: (() => void) | null = null

  const send = (message: FromMachine) => link?.send(message)
  const media = calling({
    offer: (attempt, sdp) => link?.sendNow({ type: 'offer', attempt, sdp }),
    devices: (devices) => {
      if (['started', 'in_call', 'sound_in_call'].includes(screenName(state.value)))
        link?.sendNow({ type: 'devices', devices })
    },
    screen: (on) => link?.sendNow({ type: 'share_screen', on }),
    reachable: () => link?.wake(),
    change: (change) => dispatch({ type: 'call', change }),
  })

  function dispatch(input: Input): void {
    const before = screenName(state.value)
    state.value = reduce(state.value, input)
    const now = screenName(state.value)
    if (before === now) return
    if (now === 'started') chime()
    if (['started', 'in_call', 'sound_waiting', 'sound_in_call'].includes(now)) asleep ??= keepAwake()
    else {
      asleep?.()
      asleep = null
    }
  }

  function heard(message: ToMachine): void {
    dispatch({ type: 'message', message })
    if (message.type === 'answer') media.answer(message.attempt, message.sdp, message.restart)
    if (message.type === 'slots') media.slots(message.slots)
    if (message.type === 'relay') media.relay(message.relay)
    if (message.type === 'call') media.quiet(isByPhone(message.view.step))
    if (message.type === 'sound') media.soundOnly()
    if (message.type === 'call' || message.type === 'sound')
      media.need(needOf(state.value), peopleIn(message.view.step))
    if (message.type === 'replaced') standStill()
    if (message.type !== 'refused') return
    if (message.refusal.about === 'offer') media.offerRefused()
    if (message.refusal.about === 'share_screen') media.stopScreen()
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
    link = openLink<FromMachine, ToMachine>('/ws/machine', greeting, {
      message: heard,
      state: (link) => {
        if (link === 'reconnecting' || link === 'open') media.linkLost()
        if (link === 'open') media.linkBack()
        dispatch({ type: 'link', state: link })
      },
      // A machine without a place is told so by a message; everything else is a lost network, and is tried again.
      turnedAway: () => undefined,
    })
  }

  async function join(): Promise<void> {
    dispatch({ type: 'submit' })
    const { screen } = state.value
    if (screen.at !== 'code' || !screen.sending) return
    const body: EnterMachine = { code: digitsOf(screen.code) ?? '' }
    const answer = await ask('POST', '/api/machines', body)
    if (!answer.ok) return dispatch({ type: 'refused', code: answer.code })
    dispatch({ type: 'joined' })
    open()
  }

  /** A code in the fragment is not joined by itself: somebody may have sent the link. */
  const begin = () => {
    const code = digitsOf(location.hash.slice(1))
    if (code === null) return open()
    history.replaceState(null, '', PATH)
    dispatch({ type: 'code_needed', code })
  }
  addEventListener('hashchange', () => {
    if (location.hash.length <= 1) return
    standStill()
    begin()
  })
  begin()

  return {
    state,
    calling: media,
    typeCode: (code) => dispatch({ type: 'type_code', code }),
    join: () => void join(),
    leave: () => send({ type: 'leave' }),
    send,
    sendNow: (message) => link?.sendNow(message),
    toggleChat: () => dispatch({ type: 'toggle_chat' }),
    toggleLive: () => dispatch({ type: 'toggle_live' }),
    useHere: open,
  }
}
