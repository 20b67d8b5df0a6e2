// States of the three apps to look at, without a server. Not part of the build.

import { NO_CHOICE } from '../src/citizen/catalogue'
import { type Check, START as CITIZEN_START, type CitizenState, NO_FORM } from '../src/citizen/state'
import { START as GUEST_START, type Screen as GuestScreen, type GuestState } from '../src/guest/state'
import { NO_RESULT, START as OPERATOR_START, type OperatorState } from '../src/operator/state'
import type { CallState } from '../src/shared/calling'
import { NO_CALL } from '../src/shared/calling'
import { NO_CHAT } from '../src/shared/chat_state'
import { NONE_CHOSEN } from '../src/shared/devices'
import type {
  Caption,
  Catalogue,
  CatalogueService,
  ChatLine,
  CitizenStep,
  CitizenView,
  GuestLine,
  GuestRole,
  GuestStep,
  Invitation,
  LineState,
  OperatorCard,
  OperatorStep,
  OperatorView,
  Participant,
  Role,
  VisitCard,
} from '../src/shared/protocol'
import { NO_TALK, type Talk } from '../src/shared/talk'

export const NOW = Date.now()
const HOURS = 'De lunes a viernes (excepto festivos nacionales) de 09:00 a 15:00. (Horario peninsular)'

let id = 0
const service = (name: string, waiting = 0): CatalogueService => {
  id += 1
  return { id, name, hours: HOURS, recorded: true, waiting, operators: id % 3 }
}

const catalogue: Catalogue = {
  body: 'Municipalidad de General San Martín',
  offices: [
    {
      id: 1,
      name: 'Ingresos Municipales',
      branch: 'Centro de atención virtual',
      subcategories: [
        {
          name: 'Automotor',
          services: [
            service('Cambio de radicación', 2),
            service('Cambio de titularidad o responsable de pago'),
            service('Consulta de deuda y planes de pago prejudicial', 1),
            service('Consulta de expedientes'),
            service('Devolución de saldos a favor'),
            service('Eximiciones'),
            service('Libre deuda', 12),
            service('Pago doble/reimputación'),
          ],
        },
        { name: 'ALSMI', services: [service('Libre deuda'), service('Eximiciones')] },
        { name: 'Cultura Tributaria', services: [service('San Martín lee')] },
      ],
    },
    { id: 2, name: 'Cl@ve y renta', branch: 'Oficina virtual', subcategories: [] },
  ],
}

export const operator: OperatorCard = { name: 'Lucía Fernández', number: 'OP-1042', desk: 'Box 01' }

export const notice = {
  language: 'es-AR',
  version: 'es-AR-1',
  sha256: 'ab'.repeat(32),
  paragraphs: [
    'En cumplimiento de la Ley 25.326, de Protección de los Datos Personales, le informamos que la videoconferencia va a ser grabada. Puede obtener más información en la web de este organismo, en el apartado de Datos Personales.',
    'Se graban la imagen y la voz de las dos personas, desde que usted acepta y es admitido en la videoconferencia hasta que la videoconferencia termina.',
    'Si está de acuerdo con lo descrito en esta página, pulse en “Aceptar y Acceder a la videoconferencia” para iniciar la conversación.',
  ],
}

const person = (number: number, role: Role, name: string): Participant => ({
  number,
  role,
  name,
  devices: { camera: 'on', microphone: number === 1 ? 'on' : 'off' },
  connected: true,
  recorded: true,
  line: { level: 'stable', troubles: [], relief: 'repairing' },
  shares: false,
  by_phone: false,
})
const unstable = (who: Participant, line: LineState): Participant => ({ ...who, line })
export const participants = [person(1, 'citizen', 'María del Carmen Rodríguez'), person(2, 'operator', operator.name)]

export const six = [
  ...participants,
  person(3, 'interpreter', 'Inés Sol'),
  person(4, 'companion', 'Juan Ignacio Rodríguez Larreta'),
  person(5, 'representative', 'Dra. Marta Iriarte'),
  person(6, 'companion', 'Pía'),
]
const guest = (number: number, role: GuestRole, name: string, state: GuestLine['state']): GuestLine => ({
  number,
  role,
  name,
  state,
  present: number !== 5,
  devices: { camera: 'on', microphone: 'on' },
})
const guests = [
  guest(3, 'interpreter', 'Inés Sol', 'admitted'),
  guest(4, 'companion', 'Juan Ignacio Rodríguez Larreta', 'waiting'),
  guest(5, 'representative', 'Dra. Marta Iriarte', 'waiting'),
  guest(7, 'companion', '', 'invited'),
]
const invitation: Invitation = { number: 7, role: 'companion', token: 'EBESExQVFhcYGRobHB0eHw' }

export const lines: ChatLine[] = [
  { number: 1, from: 2, text: 'Buenos días. ¿Me ve y me escucha bien?', at_ms: NOW - 90_000, live: false },
  { number: 2, from: 1, text: 'Sí, muy bien.', at_ms: NOW - 60_000, live: false },
  {
    number: 3,
    from: 2,
    text: 'Acerque el documento a la cámara, por favor: un poco más despacio y con más luz.',
    at_ms: NOW,
    live: false,
  },
  { number: 4, from: 1, text: 'No oigo bien: prefiero escribir.', at_ms: NOW, live: true },
]

const caption = (participant: number, number: number, text: string, done = true): Caption => ({
  participant,
  number,
  text,
  done,
  language: 'es-AR',
})
const captions = [
  caption(2, 1, 'Buenos días, María del Carmen. Le confirmo que la deuda de la patente se puede pagar en seis cuotas.'),
  caption(1, 1, 'Muy bien, muchas gracias. ¿Y la primera cuándo vence?'),
  caption(2, 2, 'La primera vence el día diez del mes que viene, y las otras', false),
]
export const captioned = { ...NO_TALK, chat: { ...NO_CHAT, lines }, captions }

const view = (step: CitizenStep): CitizenView => ({
  turno_code: '10357MY3DPHL',
  display_code: 'A1',
  body: catalogue.body,
  branch: 'Centro de atención virtual',
  service: 'Consulta de deuda y planes de pago prejudicial',
  name: 'María del Carmen Rodríguez',
  chat_policy: 'incidencias',
  text_policy: 'incidencias',
  sound_only: false,
  step,
  offer_wanted: false,
})

export interface Media {
  self: MediaStreamTrack
  microphone: MediaStreamTrack
  other: MediaStreamTrack
}

const callOf = (media: Media, other: number): CallState => ({
  local: { camera: media.self, microphone: media.microphone, states: { camera: 'on', microphone: 'on' } },
  background: 'none',
  sent: { camera: media.self, microphone: media.microphone, states: { camera: 'on', microphone: 'on' } },
  asking: false,
  devices: { camera: 'on', microphone: 'on' },
  remote: new Map([[other, { voice: null, camera: media.other, screen: null, paused: false }]]),
  peer: 'connected',
  screen: null,
  chosen: NONE_CHOSEN,
  quiet: false,
})

/** Everybody of these sends a picture. */
export const callWith = (media: Media, people: readonly Participant[], me: number): CallState => ({
  ...callOf(media, 0),
  remote: new Map(
    people
      .filter((one) => one.number !== me)
      .map((one) => [one.number, { voice: null, camera: media.other, screen: null, paused: one.number === 6 }]),
  ),
})

export function citizenStates(media: Media): Record<string, CitizenState> {
  const call = callOf(media, 2)
  const door = { at: 'door' as const, choice: NO_CHOICE, search: '', form: NO_FORM }
  const visit = (step: CitizenStep, check: Check = 'confirm'): CitizenState => ({
    ...CITIZEN_START,
    link: 'open',
    catalogue,
    call,
    screen: {
      at: 'visit',
      view: view(step),
      check,
      talk: { ...NO_TALK, chat: { ...NO_CHAT, lines } },
      moveLink: null,
      document: 'none',
    },
  })
  const at = (screen: CitizenState['screen']): CitizenState => ({ ...CITIZEN_START, link: 'open', catalogue, screen })
  const chosen = { office: 1, subcategory: 'Automotor', service: null }
  const waiting = { state: 'waiting', position: 3, next: 'A7', operators: 2 } as const
  const inCall = {
    state: 'in_call',
    operator,
    participants,
    guests: [] as GuestLine[],
    me: 1,
    recording: 'runs',
    since_ms: NOW - 187_000,
    limit: { ends_ms: NOW + 13 * 60_000, extension_ms: 300_000 },
    may_share: true,
    takes_files: true,
  } as const
  const call_ = visit({ ...inCall, participants })
  const chatting: CitizenState = {
    ...call_,
    screen: {
      at: 'visit',
      view: view({ ...inCall, participants }),
      check: 'confirm',
      talk: { ...NO_TALK, chat: { lines, open: true, seen: 3 } },
      moveLink: null,
      document: 'none',
    },
  }
  const writing = new Map([[2, 'Muy bien, entonces le escribo yo tam']])
  const sharer = participants.map((one) => ({ ...one, shares: one.number === 2 }))
  const broken: CallState = {
    ...NO_CALL,
    local: { camera: null, microphone: null, states: { camera: 'missing', microphone: 'blocked' } },
    devices: { camera: 'missing', microphone: 'blocked' },
  }
  return {
    entering: CITIZEN_START,
    offices: at(door),
    search: at({ ...door, search: 'libre deuda' }),
    subcategories: at({ ...door, choice: { ...NO_CHOICE, office: 1 } }),
    services: at({ ...door, choice: chosen }),
    form: at({ ...door, choice: { ...chosen, service: 3 } }),
    'form-faulty': at({
      ...door,
      choice: { ...chosen, service: 3 },
      form: { ...NO_FORM, faults: ['name-missing', 'document-missing'], round: 1 },
    }),
    explain: visit({ state: 'verifying' }, 'explain'),
    unsupported: visit({ state: 'verifying' }, 'explain'),
    test: visit({ state: 'verifying' }, 'test'),
    'test-line': {
      ...visit({ state: 'verifying' }, 'test'),
      loopback: { at: 'over', camera: call.local?.camera ?? null, voice: null, result: card.line_test },
    },
    'call-blur-slow': {
      ...call_,
      call: { ...call, sent: null, background: 'slow', devices: { camera: 'off', microphone: 'on' } },
    },
    'test-broken': { ...visit({ state: 'verifying' }, 'test'), call: broken },
    confirm: visit({ state: 'verifying' }, 'confirm'),
    waiting: visit(waiting),
    'waiting-lost': { ...visit({ ...waiting, position: 1, operators: 0, next: null }), link: 'reconnecting' },
    assigned: visit({ state: 'assigned', operator, notice, accepted: false }),
    accepted: visit({ state: 'assigned', operator, notice, accepted: true }),
    called: visit({ state: 'called', operator, returning: false }),
    'called-again': visit({ state: 'called', operator, returning: true }),
    call: call_,
    'call-document': { ...call_, screen: { ...(call_.screen as Visit), document: 'taken' } },
    'call-chat': chatting,
    'call-live': {
      ...call_,
      screen: { ...(call_.screen as Visit), talk: { ...NO_TALK, live: { open: true, lines: writing } } },
    },
    'call-captions': { ...call_, screen: { ...(call_.screen as Visit), talk: captioned } },
    'call-captions-none': call_,
    'call-asked': {
      ...visit({ ...inCall, limit: { ends_ms: NOW + 110_000, extension_ms: 0 } }),
      call: { ...call, devices: { camera: 'off', microphone: 'off' } },
      screen: { ...(call_.screen as Visit), talk: { ...NO_TALK, asked: ['camera', 'microphone'] } },
    },
    'call-two-minutes': visit({ ...inCall, limit: { ends_ms: NOW + 110_000, extension_ms: 0 } }),
    'call-screen': {
      ...visit({ ...inCall, participants: sharer }),
      call: {
        ...call,
        remote: new Map([[2, { voice: null, camera: media.other, screen: media.self, paused: false }]]),
      },
    },
    'call-three': {
      ...visit({ ...inCall, participants: six.slice(0, 3), guests: guests.slice(0, 2) }),
      call: callWith(media, six.slice(0, 3), 1),
    },
    'call-six': { ...visit({ ...inCall, participants: six }), call: callWith(media, six, 1) },
    'call-bad': {
      ...visit({ ...inCall, participants: [participants[0] as Participant], recording: 'off' }),
      call: { ...broken, peer: 'disconnected' },
      refusal: 'too_fast',
    },
    'call-unrecorded': visit({ ...inCall, recording: 'failed' }),
    'call-unstable': visit({
      ...inCall,
      participants: participants.map((one) =>
        one.number === 1
          ? unstable(one, { level: 'unstable', troubles: ['voice_up', 'picture_up'], relief: 'picture_reduced' })
          : one,
      ),
    }),
    'call-critical': visit({
      ...inCall,
      participants: participants.map((one) =>
        one.number === 1 ? unstable(one, { level: 'critical', troubles: ['line'], relief: 'waiting' }) : one,
      ),
    }),
    interrupted: visit({ state: 'interrupted', operator, cause: 'hung_up' }),
    'interrupted-lost': visit({ state: 'interrupted', operator, cause: 'line_lost' }),
    ended: visit({ state: 'ended', operator }),
    closed: visit({ state: 'closed' }),
    abandoned: visit({ state: 'abandoned' }),
    expired: visit({ state: 'expired' }),
    elsewhere: at({ at: 'elsewhere' }),
    replaced: at({ at: 'replaced' }),
    move_here: at({ at: 'move_here', token: '' }),
    move_over: at({ at: 'move_over' }),
    move_other: at({ at: 'move_other' }),
    outdated: at({ at: 'outdated' }),
  }
}

type Visit = Extract<CitizenState['screen'], { at: 'visit' }>

export const card: VisitCard = {
  display_code: 'A1',
  turno_code: '10357MY3DPHL',
  name: 'María del Carmen Rodríguez',
  document: '20.345.678',
  service: 'Consulta de deuda y planes de pago prejudicial',
  waited_s: 431,
  accepted: true,
  abandoned: false,
  remark: '',
  chat_policy: 'conversacion',
  text_policy: 'conversacion',
  started_ms: NOW - 250_000,
  average_ms: 240_000,
  files: [
    {
      number: 1,
      kind: 'sent',
      from: 1,
      form: 'jpeg',
      name: 'DNI frente.jpg',
      bytes: 1_840_000,
      url: '/api/operator/visits/1/files/1',
    },
    {
      number: 2,
      kind: 'sent',
      from: 1,
      form: 'pdf',
      name: 'Constancia de domicilio con un nombre muy largo.pdf',
      bytes: 96_000,
      url: '/api/operator/visits/1/files/2',
    },
  ],
  recorded: true,
  line_test: { verdict: 'weak', path: 'relay', loss_percent: 4, kbps: 310, rtt_ms: 85 },
  present: true,
  unpermitted_representative: false,
}

const console_ = (step: OperatorStep): OperatorView => ({
  number: operator.number,
  name: operator.name,
  desk: operator.desk,
  attended_today: 7,
  services: [
    {
      id: 1,
      subcategory: 'Automotor',
      name: 'Consulta de deuda y planes de pago prejudicial',
      hours: HOURS,
      available: true,
      waiting: 3,
    },
    { id: 2, subcategory: 'Automotor', name: 'Libre deuda', hours: HOURS, available: false, waiting: 0 },
    { id: 3, subcategory: 'ALSMI', name: 'Libre deuda', hours: HOURS, available: false, waiting: 0 },
  ],
  step,
  offer_wanted: false,
  call_machine: null,
})

export function operatorStates(media: Media): Record<string, OperatorState> {
  const call = callOf(media, 1)
  const at = (step: OperatorStep, more: Partial<OperatorState> = {}): OperatorState => ({
    ...OPERATOR_START,
    link: 'open',
    call: NO_CALL,
    screen: {
      at: 'console',
      view: console_(step),
      talk: { ...NO_TALK, chat: { ...NO_CHAT, lines } },
      declined: null,
      form: NO_RESULT,
    },
    ...more,
  })
  const elsewhere = (step: OperatorStep, present: boolean): OperatorState => {
    const { screen } = at(step)
    return at(step, {
      screen: screen.at === 'console' ? { ...screen, view: { ...screen.view, call_machine: { present } } } : screen,
    })
  }
  const inCall: OperatorStep = {
    state: 'in_call',
    visit: card,
    participants,
    guests: [],
    me: 2,
    recording: 'runs',
    since_ms: NOW - 187_000,
    citizen_away_since_ms: null,
    lobby: [],
    limit: { ends_ms: NOW + 270_000, extension_ms: 300_000 },
    away_offer_ms: 30_000,
  }
  const off = participants.map((one) => ({ ...one, devices: { camera: 'off', microphone: 'off' } as const }))
  const none = participants.map((one) => ({ ...one, devices: { camera: 'missing', microphone: 'blocked' } as const }))
  const writing = new Map([[1, 'No oigo bien, prefiero escri']])
  const wrapUp: OperatorStep = { state: 'wrap_up', visit: card, preset: null, resumable: true }
  const lobby = [participants[0] as Participant]
  return {
    'sign-in': { ...OPERATOR_START, refusal: 'wrong_password', screen: { at: 'signing_in', sending: false } },
    off: at({ state: 'off' }),
    inactive: at({ state: 'inactive' }, { call }),
    seeking: at({ state: 'seeking', since_ms: NOW, round_ms: 9000 }),
    assigned: at({ state: 'assigned', visit: { ...card, accepted: false } }),
    'assigned-abandoned': at({
      state: 'assigned',
      visit: { ...card, accepted: false, abandoned: true, present: false, remark: 'Me tengo que ir, vuelvo mañana.' },
    }),
    started: at({ state: 'started', visit: card, lobby }, { call }),
    call: at(inCall, { call }),
    'call-chat': at(inCall, {
      call,
      screen: {
        at: 'console',
        view: console_(inCall),
        talk: { ...NO_TALK, chat: { lines, open: true, seen: 3 } },
        declined: null,
        form: NO_RESULT,
      },
    }),
    'call-devices-off': at(
      { ...inCall, participants: off },
      {
        call,
        screen: {
          at: 'console',
          view: console_({ ...inCall, participants: off }),
          talk: { ...NO_TALK, chat: { ...NO_CHAT, lines } },
          declined: { participant: 1, device: 'camera' },
          form: NO_RESULT,
        },
      },
    ),
    'call-devices-none': at({ ...inCall, participants: none, limit: null }, { call }),
    'call-live': at(inCall, {
      call,
      screen: {
        at: 'console',
        view: console_(inCall),
        talk: { ...NO_TALK, chat: { ...NO_CHAT, lines }, live: { open: true, lines: writing } },
        declined: null,
        form: NO_RESULT,
      },
    }),
    'call-captions': at(inCall, {
      call,
      screen: { at: 'console', view: console_(inCall), talk: captioned, declined: null, form: NO_RESULT },
    }),
    'call-citizen-unstable': at(
      {
        ...inCall,
        participants: participants.map((one) =>
          unstable(
            one,
            one.number === 1
              ? { level: 'unstable', troubles: ['voice_up', 'picture_up'], relief: 'repairing' }
              : { level: 'critical', troubles: ['line'], relief: 'waiting' },
          ),
        ),
      },
      { call },
    ),
    'call-guests': at(
      {
        ...inCall,
        visit: { ...card, unpermitted_representative: true },
        participants: six.slice(0, 3),
        guests,
      },
      { call: callWith(media, six.slice(0, 3), 2) },
    ),
    'call-six': at({ ...inCall, participants: six }, { call: callWith(media, six, 2) }),
    'call-away': at(
      { ...inCall, citizen_away_since_ms: NOW - 31_000, lobby, participants: [] },
      { call: { ...call, remote: new Map() } },
    ),
    'wrap-up': at(wrapUp),
    'wrap-up-faulty': at(wrapUp, {
      screen: {
        at: 'console',
        view: console_(wrapUp),
        talk: NO_TALK,
        declined: null,
        form: { ...NO_RESULT, faults: ['result-missing'], round: 1 },
      },
    }),
    'call-elsewhere': elsewhere(inCall, true),
    'call-by-phone': at(
      { ...inCall, participants: participants.map((one) => ({ ...one, by_phone: true })) },
      { call: { ...call, quiet: true } },
    ),
    'inactive-elsewhere': elsewhere({ state: 'inactive' }, false),
    replaced: { ...OPERATOR_START, screen: { at: 'replaced' } },
  }
}

export function guestStates(media: Media): Record<string, GuestState> {
  const at = (screen: GuestScreen): GuestState => ({ ...GUEST_START, link: 'open', call: NO_CALL, screen })
  const visit = (step: GuestStep, call: CallState = NO_CALL, open = false, talk: Talk = NO_TALK): GuestState => ({
    ...at({
      at: 'visit',
      view: {
        body: catalogue.body,
        branch: 'Centro de atención virtual',
        service: 'Consulta de deuda y planes de pago prejudicial',
        role: 'interpreter',
        name: 'Inés Sol',
        chat_policy: 'conversacion',
        text_policy: 'conversacion',
        step,
        offer_wanted: false,
      },
      talk: { ...talk, chat: { ...NO_CHAT, lines, open } },
    }),
    call,
  })
  const three = six.slice(0, 3)
  const inCall: GuestStep = { state: 'in_call', participants: three, me: 3, recording: 'runs', since_ms: NOW - 187_000 }
  const call = callWith(media, three, 3)
  return {
    entering: GUEST_START,
    'closed-used': at({ at: 'closed', why: 'invitation_used' }),
    'closed-none': at({ at: 'closed', why: 'no_link' }),
    invited: visit({ state: 'invited', notice }),
    waiting: visit({ state: 'waiting', sent_back: false }, call),
    'waiting-back': visit({ state: 'waiting', sent_back: true }, call),
    call: visit(inCall, call),
    'call-chat': visit(inCall, call, true),
    'call-captions': visit(inCall, call, false, captioned),
    interrupted: visit({ state: 'interrupted' }),
    left: visit({ state: 'left' }),
    removed: visit({ state: 'removed' }),
    ended: visit({ state: 'ended' }),
    elsewhere: at({ at: 'elsewhere' }),
    outdated: at({ at: 'outdated' }),
  }
}

/** The dialog of "Compartir videollamada", which a page opens by itself only when it is pressed. */
export const shared = { guests, invitation }
