// Third parties, as the operator decides about them: let in, sent back to wait, removed.
import { useSignal } from '@preact/signals'
import type { GuestLine } from '../../shared/protocol'
import { Button } from '../../shared/ui/button'
import { Question } from '../../shared/ui/dialog'
import { GuestItem } from '../../shared/ui/people'
import type { OperatorSession } from '../session'
import { t } from '../words'

export function Guests({ session, guests }: { session: OperatorSession; guests: readonly GuestLine[] }) {
  const removing = useSignal<GuestLine | null>(null)
  if (guests.length === 0) return null
  return (
    <section class="guests" aria-labelledby="guests-title" aria-live="polite">
      <h2 id="guests-title">{t('guests-title')}</h2>
      <ul>
        {guests.map((one) => (
          <GuestItem key={one.number} guest={one}>
            <Actions
              session={session}
              guest={one}
              onRemove={() => {
                removing.value = one
              }}
            />
          </GuestItem>
        ))}
      </ul>
      {removing.value && (
        <Question
          title={t('remove-title', { name: removing.value.name })}
          yes={t('remove-yes')}
          no={t('remove-no')}
          danger
          onYes={() => {
            if (removing.value) session.send({ type: 'remove', participant: removing.value.number })
            removing.value = null
          }}
          onNo={() => {
            removing.value = null
          }}
        >
          <p>{t('remove-text')}</p>
        </Question>
      )}
    </section>
  )
}

interface ActionsProps {
  session: OperatorSession
  guest: GuestLine
  onRemove: () => void
}

function Actions({ session, guest, onRemove }: ActionsProps) {
  const { number: participant, name } = guest
  if (guest.state === 'invited')
    return (
      <div class="buttons">
        <Button
          label={t('remove-link-name', { name: t(`role-${guest.role}`) })}
          onClick={() => session.send({ type: 'remove', participant })}
        >
          {t('remove-link')}
        </Button>
      </div>
    )
  return (
    <div class="buttons">
      {guest.state === 'waiting' ? (
        <Button
          kind="primary"
          label={t('admit-name', { name })}
          onClick={() => session.send({ type: 'admit', participant })}
        >
          {t('admit')}
        </Button>
      ) : (
        <Button label={t('send-back-name', { name })} onClick={() => session.send({ type: 'send_back', participant })}>
          {t('send-back')}
        </Button>
      )}
      <Button label={t('remove-name', { name })} onClick={onRemove}>
        {t('remove')}
      </Button>
    </div>
  )
}
