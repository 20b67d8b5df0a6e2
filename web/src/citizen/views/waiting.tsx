// In line: the display code large, the place, who is next. Readers hear the place at most once a minute.
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { CallState } from '../../shared/calling'
import type { CitizenStep } from '../../shared/protocol'
import { Button } from '../../shared/ui/button'
import { SelfView } from '../../shared/ui/call'
import { Question } from '../../shared/ui/dialog'
import { Code, Facts } from '../../shared/ui/facts'
import type { CitizenSession } from '../session'
import type { Visit } from '../state'
import { t } from '../words'
import { Frame } from './frame'
import { Move } from './move'

const SAY_EVERY_MS = 60_000

interface WaitingProps {
  session: CitizenSession
  visit: Visit
  step: Extract<CitizenStep, { state: 'waiting' }>
  call: CallState
}

export function WaitingScreen({ session, visit, step, call }: WaitingProps) {
  const { view } = visit
  const moving = useSignal(false)
  const leaving = useSignal(false)
  const preview = useSignal(true)
  return (
    <Frame session={session} title={t('waiting-title')} width="wide">
      <div class="waiting">
        <section class="ticket">
          <p class="ticket-label">{t('waiting-your-turn')}</p>
          <p class="ticket-code" data-testid="display-code">
            {view.display_code}
          </p>
          <p class="ticket-place">{t('waiting-position-value', { position: step.position })}</p>
          <SaidPlace position={step.position} />
        </section>
        <section class="waiting-facts" aria-label={t('waiting-title')}>
          <Facts
            facts={[
              [t('confirm-code'), <Code key="code" code={view.turno_code} />],
              [t('waiting-next'), step.next ?? t('waiting-no-desk')],
              [t('waiting-desk'), t('waiting-no-desk')],
              [t('confirm-body'), view.body],
              [t('confirm-branch'), view.branch],
              [t('confirm-service'), view.service],
            ]}
          />
        </section>
        <section class="waiting-self" aria-label={t('self-view')}>
          {preview.value && (
            <>
              <SelfView call={call} />
              <p class="hint">{t('waiting-preview')}</p>
            </>
          )}
          <Button
            kind="quiet"
            icon="camera"
            onClick={() => {
              preview.value = !preview.value
            }}
          >
            {t(preview.value ? 'waiting-preview-hide' : 'waiting-preview-show')}
          </Button>
        </section>
      </div>
      <p>{t('waiting-operators', { count: step.operators })}</p>
      <p class="inset">{t('waiting-how')}</p>
      <div class="buttons">
        <Button
          icon="device"
          onClick={() => {
            moving.value = true
          }}
        >
          {t('move')}
        </Button>
        <Button
          onClick={() => {
            leaving.value = true
          }}
        >
          {t('leave')}
        </Button>
      </div>
      {moving.value && (
        <Move
          session={session}
          link={visit.moveLink}
          onClose={() => {
            moving.value = false
          }}
        />
      )}
      {leaving.value && (
        <Question
          title={t('leave-title')}
          yes={t('leave-yes')}
          no={t('leave-no')}
          danger
          onYes={() => {
            leaving.value = false
            session.send({ type: 'abandon', remark: '' })
          }}
          onNo={() => {
            leaving.value = false
          }}
        >
          <p>{t('leave-text')}</p>
        </Question>
      )}
    </Frame>
  )
}

/** For readers only: the newest place, once a minute. */
function SaidPlace({ position }: { position: number }) {
  const said = useSignal({ position, at: Date.now() })
  const newest = useSignal(position)
  newest.value = position
  useEffect(() => {
    const timer = setInterval(() => {
      if (newest.value === said.value.position) return
      said.value = { position: newest.value, at: Date.now() }
    }, SAY_EVERY_MS)
    return () => clearInterval(timer)
  }, [newest, said])
  return (
    <p class="for-readers" role="status">
      {t('waiting-live', { position: said.value.position })}
    </p>
  )
}
