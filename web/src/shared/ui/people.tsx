// Who is in the call, with name and role, and which guests are still on their way.
import type { ComponentChildren } from 'preact'
import type { GuestLine, Participant } from '../protocol'
import { t } from '../words_shared'
import { Icon } from './icon'

interface PeopleProps {
  participants: readonly Participant[]
  guests: readonly GuestLine[]
  me: number
}

export function People({ participants, guests, me }: PeopleProps) {
  const coming = guests.filter((one) => one.state !== 'admitted')
  return (
    <section class="people" aria-labelledby="people-title">
      <h2 id="people-title">
        {t('people-title')} ({participants.length})
      </h2>
      <ul>
        {participants.map((one) => (
          <li key={one.number}>
            <Icon name="person" />
            <span class="people-name">{one.number === me ? t('name-self', { name: one.name }) : one.name}</span>
            <span class="hint">
              {t(`role-${one.role}`)}
              {one.by_phone && ` · ${t('by-phone')}`}
            </span>
          </li>
        ))}
        {coming.map((one) => (
          <GuestItem key={one.number} guest={one} />
        ))}
      </ul>
    </section>
  )
}

/** A guest with his name, or what he was invited as while nobody knows it; and where he stands. */
export function GuestItem({ guest, children }: { guest: GuestLine; children?: ComponentChildren }) {
  const role = t(`role-${guest.role}`)
  return (
    <li class="people-guest">
      <Icon name="person" />
      <span class="people-name">{guest.name || t('people-guest', { role })}</span>
      <span class="hint">
        {guest.name && `${role}. `}
        {guest.state === 'invited' && t('people-invited')}
        {guest.state === 'waiting' && t('people-waiting')}
        {guest.state !== 'invited' && !guest.present && ` ${t('people-away')}`}
      </span>
      {children}
    </li>
  )
}
