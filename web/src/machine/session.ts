// The app of a second machine at work: takes the code, keeps the state, tells the server, asks the browser.
import { type ReadonlySignal, signal } from '@preact/signals'
import { chime } from '../shared/attention'
import { type Calling, isByPhone, peopleIn } from '../shared/calling'
import { ask } from '../shared/http'
import { light, person } from '../shared/person'
import type { EnterMachine, FromMachine, ToMachine } from '../shared/protocol'
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
  const lit = light()

  const own = person<FromMachine, ToMachine>('/ws/machine', {
    tellsDevices: () => ['started', 'in_call', 'sound_in_call'].includes(screenName(state.value)),
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
    if (now === 'started') chime()
    lit(['started', 'in_call', 'sound_waiting', 'sound_in_call'].includes(now))
  }

  function heard(message: ToMachine): void {
    dispatch({ type: 'message', message })
    if (message.type === 'call') media.quiet(isByPhone(message.view.step))
    if (message.type === 'sound') media.soundOnly()
    if (message.type === 'call' || message.type === 'sound')
      media.need(needOf(state.value), peopleIn(message.view.step))
  }

  async function join(): Promise<void> {
    dispatch({ type: 'submit' })
    const { screen } = state.value
    if (screen.at !== 'code' || !screen.sending) return
    const body: EnterMachine = { code: digitsOf(screen.code) ?? '' }
    const answer = await ask('POST', '/api/machines', body)
    if (!answer.ok) return dispatch({ type: 'refused', code: answer.code })
    dispatch({ type: 'joined' })
    own.open()
  }

  /** A code in the fragment is not joined by itself: somebody may have sent the link. */
  const begin = () => {
    const code = digitsOf(location.hash.slice(1))
    if (code === null) return own.open()
    history.replaceState(null, '', PATH)
    dispatch({ type: 'code_needed', code })
  }
  addEventListener('hashchange', () => {
    if (location.hash.length <= 1) return
    own.standStill()
    begin()
  })
  begin()

  return {
    state,
    calling: media,
    typeCode: (code) => dispatch({ type: 'type_code', code }),
    join: () => void join(),
    leave: () => own.send({ type: 'leave' }),
    send: own.send,
    sendNow: own.sendNow,
    toggleChat: () => dispatch({ type: 'toggle_chat' }),
    toggleLive: () => dispatch({ type: 'toggle_live' }),
    useHere: own.open,
  }
}
