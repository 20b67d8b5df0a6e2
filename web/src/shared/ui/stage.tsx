// The picture of a call, two people or six: one large, the others in a strip, oneself small. Large is who was pinned, else
// who holds the floor, else the first of the others.
import { useSignal } from '@preact/signals'
import type { CallState } from '../calling'
import type { Participant } from '../protocol'
import { type Speaking, useSpeaking } from '../speaking'
import { t } from '../words_shared'
import { Button } from './button'
import { SelfView } from './call'
import { Icon } from './icon'
import { Picture, Voice } from './media'

interface StageProps {
  call: CallState
  participants: readonly Participant[]
  me: number
  /** Name to show while nobody else has come. */
  awaited: string
}

export function Stage({ call, participants, me, awaited }: StageProps) {
  const pinned = useSignal<number | null>(null)
  const others = participants.filter((one) => one.number !== me)
  const many = others.length > 1
  const speaking = useSpeaking(many ? voicesOf(call, participants, me) : NO_VOICES)
  const find = (number: number | null) => others.find((one) => one.number === number)
  const kept = many ? find(pinned.value) : undefined
  const main = kept ?? (many ? find(speaking.floor) : undefined) ?? others[0]
  const pin = (number: number | null) => {
    pinned.value = number
  }
  return (
    <div class={many ? 'stage stage-many' : 'stage'} data-testid="stage">
      <Main
        call={call}
        person={main}
        awaited={awaited}
        many={many}
        speaking={speaking}
        pinned={kept !== undefined}
        onPin={pin}
      />
      {others.map((one) => {
        const voice = call.remote.get(one.number)?.voice
        return voice && !call.quiet && <Voice key={one.number} track={voice} />
      })}
      {many ? (
        <ul class="strip-people" aria-label={t('stage-others')}>
          {others
            .filter((one) => one !== main)
            .map((one) => (
              <Tile key={one.number} call={call} person={one} speaking={speaking} onPin={pin} />
            ))}
          <li class={speaking.now.has(me) ? 'tile tile-speaking' : 'tile'}>
            <SelfView call={call} />
          </li>
        </ul>
      ) : (
        <SelfView call={call} />
      )}
    </div>
  )
}

const NO_VOICES: ReadonlyMap<number, MediaStreamTrack> = new Map()

/** Voices that can be heard here, the own one included when it is sent. */
function voicesOf(call: CallState, participants: readonly Participant[], me: number): Map<number, MediaStreamTrack> {
  const voices = new Map<number, MediaStreamTrack>()
  for (const { number, devices } of participants) {
    const own = number === me
    const track = own ? call.local?.microphone : call.remote.get(number)?.voice
    const on = own ? call.devices.microphone : devices.microphone
    if (track && on === 'on') voices.set(number, track)
  }
  return voices
}

interface PersonProps {
  call: CallState
  person: Participant
}

/** The camera of somebody, when it is on and comes. */
const pictureOf = ({ call, person }: PersonProps) =>
  person.devices.camera === 'on' ? (call.remote.get(person.number)?.camera ?? null) : null

interface MainProps {
  call: CallState
  person: Participant | undefined
  awaited: string
  many: boolean
  speaking: Speaking
  pinned: boolean
  onPin: (number: number | null) => void
}

function Main({ call, person, awaited, many, speaking, pinned, onPin }: MainProps) {
  const seen = person ? pictureOf({ call, person }) : null
  const name = person?.name ?? awaited
  const paused = seen && person && call.remote.get(person.number)?.paused
  return (
    <div
      class={person && speaking.now.has(person.number) ? 'stage-main tile-speaking' : 'stage-main'}
      data-testid="stage-main"
    >
      {seen ? (
        <Picture key={person?.number} track={seen} label={t('picture-of', { name })} />
      ) : (
        <div class="stage-empty">
          <Icon name="person" />
          <p>
            {person && person.devices.camera !== 'on'
              ? t('remote-no-picture', { name })
              : t('remote-waiting', { name })}
          </p>
        </div>
      )}
      <p class="stage-paused" role="status" data-testid="picture-paused">
        {paused && (
          <span>
            <Icon name="warning" />
            {t('remote-paused', { name })}
          </span>
        )}
      </p>
      <p class="stage-name">
        {many && person ? labelOf(person, true) : name}
        {person?.by_phone && <PhoneMark />}
        {person && speaking.now.has(person.number) && <SpeakingMark />}
        {person && person.devices.microphone !== 'on' && (
          <span class="stage-muted">
            <Icon name="microphone-off" />
            {t(`microphone-${person.devices.microphone}`)}
          </span>
        )}
      </p>
      {many && person && (
        <div class="stage-pin">
          {pinned ? (
            <Button icon="pin" pressed label={t('unpin-name', { name })} onClick={() => onPin(null)}>
              {t('unpin')}
            </Button>
          ) : (
            <PinButton person={person} onPin={onPin} />
          )}
        </div>
      )}
    </div>
  )
}

const labelOf = (person: Participant | undefined, withRole: boolean) =>
  person && withRole ? t('name-and-role', { name: person.name, role: t(`role-${person.role}`) }) : person?.name

interface TileProps extends PersonProps {
  speaking: Speaking
  onPin: (number: number) => void
}

function Tile({ call, person, speaking, onPin }: TileProps) {
  const seen = pictureOf({ call, person })
  const paused = call.remote.get(person.number)?.paused
  const speaks = speaking.now.has(person.number)
  const label = labelOf(person, true) ?? ''
  return (
    <li class={speaks ? 'tile tile-speaking' : 'tile'} data-testid={`tile-${person.number}`}>
      {seen && !paused ? (
        <Picture track={seen} label={t('picture-of', { name: person.name })} />
      ) : (
        <div class="tile-empty">
          <Icon name={seen ? 'pause' : 'person'} />
        </div>
      )}
      <p class="tile-name">
        <span>{label}</span>
        {person.by_phone && <PhoneMark />}
        {speaks && <SpeakingMark />}
        {person.devices.microphone !== 'on' && (
          <span class="stage-muted" title={t(`microphone-${person.devices.microphone}`)}>
            <Icon name="microphone-off" />
            <span class="unseen">{t(`microphone-${person.devices.microphone}`)}</span>
          </span>
        )}
      </p>
      <PinButton person={person} onPin={onPin} />
    </li>
  )
}

/** "Con el sonido por teléfono". */
function PhoneMark() {
  return (
    <span class="stage-muted" title={t('by-phone')}>
      <Icon name="device" />
      <span class="unseen">{t('by-phone')}</span>
    </span>
  )
}

function SpeakingMark() {
  return (
    <span class="speaking-mark" title={t('speaking')}>
      <Icon name="sound" />
      <span class="unseen">{t('speaking')}</span>
    </span>
  )
}

function PinButton({ person, onPin }: { person: Participant; onPin: (number: number) => void }) {
  const interprets = person.role === 'interpreter'
  const { name } = person
  return (
    <Button
      icon="pin"
      pressed={false}
      label={interprets ? t('pin-interpreter-name', { name }) : t('pin-name', { name })}
      onClick={() => onPin(person.number)}
    >
      {t(interprets ? 'pin-interpreter' : 'pin')}
    </Button>
  )
}
