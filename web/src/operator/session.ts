// The operator's app at work: signs in, keeps the state, tells the server, asks the browser.
import { type ReadonlySignal, signal } from '@preact/signals'
import { chime } from '../shared/attention'
import { type Calling, isByPhone, peopleIn } from '../shared/calling'
import { ask } from '../shared/http'
import { person } from '../shared/person'
import type {
  Account,
  AfterClose,
  Device,
  FromOperator,
  OperatorStep,
  SignIn,
  ToOperator,
  VisitResult,
} from '../shared/protocol'
import { type Input, needOf, type OperatorState, reduce, resultOf, START, screenName } from './state'

export interface OperatorSession {
  readonly state: ReadonlySignal<OperatorState>
  readonly calling: Calling
  signIn(body: SignIn): void
  signOut(): void
  send(message: FromOperator): void
  /** For what is out of date a moment later, such as a letter. */
  sendNow(message: FromOperator): void
  toggleChat(): void
  toggleLive(): void
  /** Asks a person to switch something on. */
  askFor(participant: number, device: Device): void
  /** The link of an invitation was seen. */
  invitationSeen(): void
  /** The code of a second machine is shown no longer. */
  pairingSeen(): void
  chooseResult(result: VisitResult): void
  typeNotes(notes: string): void
  close(then: AfterClose): void
  /** Takes the console back to this tab. */
  useHere(): void
}

export function startSession(): OperatorSession {
  const state = signal(START)

  const own = person<FromOperator, ToOperator>('/ws/operator', {
    tellsDevices: () => ['started', 'in_call'].includes(screenName(state.value)),
    call: (change) => dispatch({ type: 'call', change }),
    link: (state) => dispatch({ type: 'link', state }),
    message: heard,
    turnedAway: () => void whoAmI(),
  })
  const { calling: media, send } = own

  function dispatch(input: Input): void {
    const before = state.value
    state.value = reduce(before, input)
    if (callsAttention(before, state.value)) chime()
  }

  function heard(message: ToOperator): void {
    dispatch({ type: 'message', message })
    if (message.type === 'console') media.quiet(isByPhone(message.view.step))
    if (message.type === 'console') media.need(needOf(state.value), peopleIn(message.view.step))
  }

  // A refused handshake and a lost network look the same to a page; the account tells them apart.
  async function whoAmI(): Promise<void> {
    const answer = await ask<Account>('GET', '/api/operator/session')
    if (answer.ok) {
      if (!own.isOpen()) own.open()
    } else if (answer.code !== 'network') {
      own.standStill()
      dispatch({ type: 'signed_out' })
    } else if (!own.isOpen()) setTimeout(() => void whoAmI(), RETRY_MS)
  }

  async function signIn(body: SignIn): Promise<void> {
    dispatch({ type: 'sign_in' })
    const answer = await ask<Account>('POST', '/api/operator/session', body)
    if (answer.ok) own.open()
    else dispatch({ type: 'sign_in_failed', code: answer.code })
  }

  async function signOut(): Promise<void> {
    const answer = await ask('DELETE', '/api/operator/session')
    if (!answer.ok && answer.code === 'network') return
    own.standStill()
    dispatch({ type: 'signed_out' })
  }

  void whoAmI()

  return {
    state,
    calling: media,
    signIn: (body) => void signIn(body),
    signOut: () => void signOut(),
    send,
    sendNow: own.sendNow,
    toggleChat: () => dispatch({ type: 'toggle_chat' }),
    toggleLive: () => dispatch({ type: 'toggle_live' }),
    askFor: (participant, device) => {
      dispatch({ type: 'asks' })
      send({ type: 'ask_for', participant, device })
    },
    invitationSeen: () => dispatch({ type: 'invitation_seen' }),
    pairingSeen: () => dispatch({ type: 'pairing_seen' }),
    chooseResult: (result) => dispatch({ type: 'choose_result', result }),
    typeNotes: (notes) => dispatch({ type: 'type_notes', notes }),
    close: (then) => {
      dispatch({ type: 'submit_result' })
      const { screen } = state.value
      if (screen.at !== 'console' || screen.form.faults.length > 0) return
      const result = resultOf(screen)
      if (result) send({ type: 'close', result, notes: screen.form.notes.trim(), then })
    },
    useHere: own.open,
  }
}

/** Asking again who is signed in, while the server does not answer. */
const RETRY_MS = 2_000

/** Who waits to be let in, the citizen and guests. */
function lobby(step: OperatorStep): number {
  if (step.state === 'started') return step.lobby.length
  if (step.state !== 'in_call') return 0
  return step.lobby.length + step.guests.filter((one) => one.state === 'waiting').length
}

/** A citizen was assigned, or somebody came into the lobby. */
function callsAttention(before: OperatorState, now: OperatorState): boolean {
  if (before.screen.at !== 'console' || now.screen.at !== 'console') return false
  const [was, is] = [before.screen.view.step, now.screen.view.step]
  if (is.state === 'assigned') return was.state !== 'assigned'
  return lobby(is) > lobby(was)
}
