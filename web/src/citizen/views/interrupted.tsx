// The call stopped, the turn did not (C24).
import { useSignal } from '@preact/signals'
import type { CitizenStep, CitizenView } from '../../shared/protocol'
import { Button } from '../../shared/ui/button'
import { Question } from '../../shared/ui/dialog'
import { Facts } from '../../shared/ui/facts'
import type { CitizenSession } from '../session'
import { t } from '../words'
import { Frame } from './frame'

interface InterruptedProps {
  session: CitizenSession
  view: CitizenView
  step: Extract<CitizenStep, { state: 'interrupted' }>
}

export function InterruptedScreen({ session, view, step }: InterruptedProps) {
  const lost = step.cause === 'line_lost'
  return (
    <Frame session={session} title={t('interrupted-title', { code: view.display_code ?? view.turno_code })}>
      <p class={lost ? 'inset' : undefined} role={lost ? 'status' : undefined}>
        {t(lost ? 'interrupted-lost' : 'interrupted-text')}
      </p>
      <p>{t('interrupted-attended')}</p>
      <Facts
        facts={[
          [t('assigned-operator'), step.operator.name],
          [t('waiting-desk'), step.operator.desk],
        ]}
      />
      <div class="buttons">
        <Button kind="primary" icon="camera" onClick={() => session.send({ type: 'return_to_call' })}>
          {t('interrupted-return')}
        </Button>
        <FinishTurn session={session} />
      </div>
      {!lost && <p class="hint">{t('interrupted-after')}</p>}
    </Frame>
  )
}

/** "Finalizar mi turno": ends the meeting for good, so it is asked. */
export function FinishTurn({ session }: { session: CitizenSession }) {
  const finishing = useSignal(false)
  return (
    <>
      <Button
        onClick={() => {
          finishing.value = true
        }}
      >
        {t('interrupted-finish')}
      </Button>
      {finishing.value && (
        <Question
          title={t('finish-title')}
          yes={t('finish-yes')}
          no={t('finish-no')}
          danger
          onYes={() => {
            finishing.value = false
            session.send({ type: 'finish_turn' })
          }}
          onNo={() => {
            finishing.value = false
          }}
        >
          <p>{t('finish-text')}</p>
        </Question>
      )}
    </>
  )
}
