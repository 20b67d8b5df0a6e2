// The citizen's app at work: keeps the state, tells the server, asks the browser, remembers what a reload must keep.
import { type ReadonlySignal, signal } from '@preact/signals'
import { chime } from '../shared/attention'
import { type Calling, isByPhone, peopleIn } from '../shared/calling'
import type { LocalMedia } from '../shared/devices'
import { upload } from '../shared/files'
import { ask } from '../shared/http'
import { language } from '../shared/i18n'
import { type Loopback, loopback } from '../shared/loopback'
import { light, person } from '../shared/person'
import type {
  Catalogue,
  Device,
  EnterInvitation,
  FromCitizen,
  RelayAccess,
  TakeTurn,
  ToCitizen,
  TurnTaken,
} from '../shared/protocol'
import { stillOf } from '../shared/still'
import { addressOfChoice, type Choice, choiceOfAddress, NO_CHOICE, placeOf } from './catalogue'
import { type Fields, NO_FIELDS, tidied } from './form'
import { type Check, type CitizenState, type Input, type Kept, needOf, reduce, START, screenName } from './state'

const FIELDS_KEY = 'ventanilla-form'
const CHECK_KEY = 'ventanilla-check'
const TURN_KEY = 'ventanilla-turn'
/** In the fragment of a link that moves a turn to this device: fragments reach no server and no log. */
const MOVE_FRAGMENT = '#mover='
/** The number of waiting people at the door is shown this fresh. */
const CATALOGUE_EVERY_MS = 30_000
/** A door that does not let in, though the server answers: so often before "no turn" is believed by who had one. */
const TURNED_AWAY_WITH_TURN_MAX = 3

export interface CitizenSession {
  readonly state: ReadonlySignal<CitizenState>
  choose(choice: Choice): void
  search(text: string): void
  type(fields: Fields): void
  submit(): void
  check(check: Check): void
  send(message: FromCitizen): void
  /** For what is out of date a moment later, such as a letter. */
  sendNow(message: FromCitizen): void
  /** The code of a second machine is shown no longer. */
  pairingSeen(): void
  toggleChat(): void
  toggleLive(): void
  /** The answer to what the operator asked: the person's own click. */
  answer(device: Device, yes: boolean): void
  /** The link of an invitation was seen. */
  invitationSeen(): void
  /** Another turn: forgets a visit that is over. */
  again(): void
  /** Takes the turn to this device, by the person's click. */
  useHere(): void
  /** By the person's click: a link that somebody else sent takes nobody anywhere. */
  moveHere(token: string): void
  /** The link that moves the turn was seen. */
  moveSeen(): void
  relabel(): void
  loadCatalogue(): void
  readonly calling: Calling
}

export function startSession(): CitizenSession {
  const state = signal(START)
  let relay: RelayAccess | null = null
  let test: { of: LocalMedia; loopback: Loopback } | null = null
  let takesOver = false
  /** Handshakes that came to nothing, and how many of the last were refused by a server that answers. */
  let knocks = 0
  let turnedAways = 0

  const lit = light()

  const own = person<FromCitizen, ToCitizen>('/ws/citizen', {
    tellsDevices: () => tellsDevices(state.value),
    call: (change) => dispatch({ type: 'call', change }),
    link: (state) => {
      if (state === 'open') turnedAways = 0
      dispatch({ type: 'link', state })
    },
    message: heard,
    turnedAway: () => void turnedAway(),
    takesOver: () => takesOver,
  })
  const { calling: media, send } = own

  function dispatch(input: Input): void {
    const before = state.value
    state.value = reduce(before, input)
    after(before, state.value)
  }

  function after(before: CitizenState, now: CitizenState): void {
    if (now.screen.at === 'visit') sessionStorage.setItem(CHECK_KEY, now.screen.check)
    if (now.screen.at === 'door') sessionStorage.setItem(FIELDS_KEY, JSON.stringify(now.screen.form.fields))
    if (screenName(before) !== screenName(now)) stepped(before, now)
    testLine(now)
  }

  /** The line is tested while the devices are: anew when they are asked for anew, and no longer than their screen is shown. */
  function testLine(now: CitizenState): void {
    const { sent, asking, devices } = now.call
    const shown = screenName(now) === 'verifying-test' && !asking
    const of = shown && sent && devices.microphone === 'on' ? sent : null
    if (of === (test?.of ?? null)) return
    test?.loopback.end()
    test = null
    if (!of) return
    // Set before it begins: what it says comes back here.
    const begun = { of, loopback: loopback(of, relay ? [relay] : [], { offer: offerLoopback, change: changeLoopback }) }
    test = begun
  }

  function offerLoopback(way: 'sends' | 'receives', sdp: string): void {
    own.sendNow({ type: 'loopback_offer', way, sdp })
  }

  function changeLoopback(change: Partial<CitizenState['loopback']>): void {
    state.value = reduce(state.value, { type: 'loopback', change })
  }

  function stepped(before: CitizenState, now: CitizenState): void {
    const calls = ['assigned', 'called', 'in_call']
    if (before.screen.at === 'visit' && calls.includes(screenName(now))) chime()
    lit(['waiting', 'assigned', 'accepted', 'called', 'in_call'].includes(screenName(now)))
    if (now.screen.at === 'door' && typeof now.catalogue === 'string') void loadCatalogue()
  }

  function heard(message: ToCitizen): void {
    dispatch({ type: 'message', message, kept: kept() })
    if (message.type === 'loopback_answer') test?.loopback.answer(message.way, message.sdp)
    if (message.type === 'document') {
      if (message.step === 'still') void takeStill()
      else media.shows(message.step === 'begin')
    }
    if (message.type === 'relay') relay = message.relay
    if (message.type === 'visit') {
      takesOver = false
      sessionStorage.setItem(TURN_KEY, 'yes')
      sessionStorage.removeItem(FIELDS_KEY)
      media.quiet(isByPhone(message.view.step))
      media.need(needOf(state.value), peopleIn(message.view.step))
    }
    if (message.type !== 'refused') return
    if (message.refusal.about === 'loopback_offer') test?.loopback.refused()
    if (message.refusal.code === 'no_session') leave()
  }

  async function takeStill(): Promise<void> {
    const camera = state.value.call.local?.camera
    const still = camera ? await stillOf(camera).catch(() => null) : null
    const sent = still && (await upload('/api/visits/mine/files', still, () => undefined, 'still').outcome)
    dispatch({ type: 'still', sent: sent?.kind === 'sent' })
  }

  // A refused handshake and a lost network look the same to a page; an answer by HTTP tells them apart. One that was long on its
  // way tells of a network that was away: meanwhile another handshake has come to nothing.
  async function turnedAway(): Promise<void> {
    const patience = sessionStorage.getItem(TURN_KEY) ? TURNED_AWAY_WITH_TURN_MAX : 1
    knocks += 1
    const knock = knocks
    const answer = await ask<Catalogue>('GET', '/api/catalogue')
    if (knock !== knocks || state.value.link === 'open') return
    turnedAways = answer.ok ? turnedAways + 1 : 0
    if (!answer.ok || turnedAways < patience) return
    leave()
    dispatch({ type: 'catalogue', catalogue: answer.body })
    if (state.value.screen.at === 'entering' || state.value.screen.at === 'visit')
      dispatch({ type: 'no_turn', kept: kept() })
  }

  function leave(): void {
    own.standStill()
    sessionStorage.removeItem(TURN_KEY)
    sessionStorage.removeItem(CHECK_KEY)
  }

  async function loadCatalogue(): Promise<void> {
    const answer = await ask<Catalogue>('GET', '/api/catalogue')
    if (answer.ok) dispatch({ type: 'catalogue', catalogue: answer.body })
    else if (typeof state.value.catalogue === 'string') dispatch({ type: 'catalogue', catalogue: 'failed' })
  }

  async function submit(): Promise<void> {
    if (state.value.screen.at === 'door' && state.value.screen.form.sending) return
    dispatch({ type: 'submit' })
    const { screen, catalogue } = state.value
    if (screen.at !== 'door' || !screen.form.sending || typeof catalogue === 'string') return
    const place = placeOf(catalogue, screen.choice)
    if (place.level !== 'form') return
    const body: TakeTurn = {
      office: place.office.id,
      service: place.service.id,
      language: language.value,
      ...tidied(screen.form.fields),
    }
    const answer = await ask<TurnTaken>('POST', '/api/visits', body)
    if (!answer.ok) return dispatch({ type: 'submit_failed', code: answer.code, about: answer.about })
    sessionStorage.setItem(TURN_KEY, 'yes')
    sessionStorage.removeItem(CHECK_KEY)
    history.replaceState(null, '', '/')
    own.open()
  }

  async function again(): Promise<void> {
    const answer = await ask('DELETE', '/api/visits/mine')
    // 401: the server has forgotten it before us, which is what we wanted.
    if (!answer.ok && answer.status !== 401) return dispatch({ type: 'again_failed', code: answer.code })
    leave()
    history.replaceState(null, '', '/')
    // First the list, then the screen: otherwise the focus would go to a screen that is about to be replaced.
    await loadCatalogue()
    dispatch({ type: 'forget' })
  }

  /** The link that another device showed: the turn goes on here. */
  async function enterMove(token: string): Promise<void> {
    const body: EnterInvitation = { token }
    const answer = await ask('POST', '/api/moves', body)
    if (!answer.ok) return dispatch({ type: answer.code === 'out_of_order' ? 'move_other' : 'move_over' })
    takesOver = true
    own.open()
  }

  addEventListener('popstate', () => dispatch({ type: 'choose', choice: choiceOfAddress(location.search) }))
  setInterval(() => {
    if (state.value.screen.at === 'door' && document.visibilityState === 'visible') void loadCatalogue()
  }, CATALOGUE_EVERY_MS)
  if (location.hash.startsWith(MOVE_FRAGMENT)) {
    dispatch({ type: 'move_here', token: location.hash.slice(MOVE_FRAGMENT.length) })
    // The secret stays in no history.
    history.replaceState(null, '', '/')
  } else own.open()

  return {
    state,
    calling: media,
    choose: (choice) => {
      history.pushState(null, '', addressOfChoice(choice))
      dispatch({ type: 'choose', choice })
    },
    search: (text) => dispatch({ type: 'search', text }),
    type: (fields) => dispatch({ type: 'typed', fields }),
    submit: () => void submit(),
    moveHere: (token) => void enterMove(token),
    moveSeen: () => dispatch({ type: 'move_seen' }),
    check: (check) => {
      dispatch({ type: 'check', check })
      media.need(needOf(state.value))
    },
    send,
    sendNow: own.sendNow,
    pairingSeen: () => dispatch({ type: 'pairing_seen' }),
    toggleChat: () => dispatch({ type: 'toggle_chat' }),
    toggleLive: () => dispatch({ type: 'toggle_live' }),
    answer: (device, yes) => {
      dispatch({ type: 'answered', device })
      if (yes) media.turnOn(device)
      else send({ type: 'decline', device })
    },
    invitationSeen: () => dispatch({ type: 'invitation_seen' }),
    again: () => void again(),
    useHere: () => {
      takesOver = true
      own.open()
    },
    relabel: () => {
      // The notice comes from the server in the language of hello; a call that runs is left alone.
      if (
        ['waiting', 'assigned', 'verifying-explain', 'verifying-test', 'verifying-confirm'].includes(
          screenName(state.value),
        )
      )
        own.restart()
    },
    loadCatalogue: () => void loadCatalogue(),
  }
}

function tellsDevices(state: CitizenState): boolean {
  return state.screen.at === 'visit' && ['called', 'in_call', 'interrupted'].includes(state.screen.view.step.state)
}

/** What this tab remembers across a reload. The document number is in no address. */
function kept(): Kept {
  const check = sessionStorage.getItem(CHECK_KEY)
  return {
    choice: location.search === '' ? NO_CHOICE : choiceOfAddress(location.search),
    fields: keptFields(sessionStorage.getItem(FIELDS_KEY)),
    check: check === 'test' || check === 'confirm' ? check : 'explain',
  }
}

function keptFields(text: string | null): Fields {
  if (text === null) return NO_FIELDS
  const found: unknown = JSON.parse(text)
  const field = (key: string) => {
    const value = typeof found === 'object' && found !== null ? (found as Record<string, unknown>)[key] : ''
    return typeof value === 'string' ? value : ''
  }
  return { name: field('name'), document: field('document') }
}
