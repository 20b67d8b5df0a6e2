// A citizen was assigned; the room is opened; who waits in the lobby is let in.
import { useSignal } from '@preact/signals'
import type { CallState } from '../../shared/calling'
import type { OperatorStep, OperatorView, Participant, VisitCard } from '../../shared/protocol'
import { Button } from '../../shared/ui/button'
import { SelfView } from '../../shared/ui/call'
import { Question } from '../../shared/ui/dialog'
import type { OperatorSession } from '../session'
import { t } from '../words'
import { AbandonedStrip, Card } from './card'
import { Frame } from './frame'
import { OwnDevices } from './idle'
import { AverageWarning } from './time'

interface AssignedProps {
  session: OperatorSession
  view: OperatorView
  visit: VisitCard
  call: CallState
}

export function AssignedStep({ session, view, visit, call }: AssignedProps) {
  return (
    <Frame session={session} view={view} title={t('assigned-title')} alert={t('alert-assigned')} width="wide">
      <AbandonedStrip visit={visit} />
      <div class="desk">
        <section class="zone" aria-label={t('state-zone')}>
          {visit.abandoned ? (
            <EndMeeting session={session} />
          ) : (
            <Button kind="primary" icon="camera" onClick={() => session.send({ type: 'start' })}>
              {t('start')}
            </Button>
          )}
          <p class="hint">{t('form-locked')}</p>
          {!view.call_machine && <OwnDevices session={session} call={call} />}
        </section>
        <Card visit={visit} />
      </div>
    </Frame>
  )
}

interface StartedProps {
  session: OperatorSession
  view: OperatorView
  step: Extract<OperatorStep, { state: 'started' }>
  call: CallState
}

export function StartedStep({ session, view, step, call }: StartedProps) {
  const { visit, lobby } = step
  const alert = lobby[0] && t('alert-lobby', { name: lobby[0].name })
  return (
    <Frame session={session} view={view} title={t('started-title')} alert={alert} width="wide">
      <AbandonedStrip visit={visit} />
      <div class="desk">
        <section class="zone" aria-label={t('state-zone')}>
          <AverageWarning visit={visit} />
          {!visit.abandoned && <Lobby session={session} lobby={lobby} />}
          <EndMeeting session={session} primary={visit.abandoned} />
          <p class="hint">{t('form-locked')}</p>
          {!view.call_machine && (
            <div class="desk-self">
              <SelfView call={call} />
            </div>
          )}
        </section>
        <Card visit={visit} />
      </div>
    </Frame>
  )
}

export function Lobby({ session, lobby }: { session: OperatorSession; lobby: readonly Participant[] }) {
  return (
    <section class="lobby" aria-labelledby="lobby-title" aria-live="polite">
      <h2 id="lobby-title">{t('lobby-title')}</h2>
      {lobby.length === 0 && <p>{t('lobby-empty')}</p>}
      {lobby.map((one) => (
        <div key={one.number} class="lobby-line">
          <div>
            <p>{t('lobby-someone', { name: one.name })}</p>
            <p class="hint">
              {t(`camera-${one.devices.camera}`)} · {t(`microphone-${one.devices.microphone}`)}
            </p>
          </div>
          <Button
            kind="primary"
            label={t('admit-name', { name: one.name })}
            onClick={() => session.send({ type: 'admit', participant: one.number })}
          >
            {t('admit')}
          </Button>
        </div>
      ))}
    </section>
  )
}

/** Step one of the two of O13; asked first, since it ends the call for both. */
export function EndMeeting({ session, primary }: { session: OperatorSession; primary?: boolean }) {
  const asking = useSignal(false)
  const end = () => {
    asking.value = false
    session.send({ type: 'end_meeting' })
  }
  return (
    <>
      <Button
        kind={primary === false ? 'danger' : 'primary'}
        icon="hangup"
        onClick={() => {
          if (primary === false) asking.value = true
          else end()
        }}
      >
        {t('end-meeting')}
      </Button>
      {asking.value && (
        <Question
          title={t('end-meeting-title')}
          yes={t('end-meeting-yes')}
          no={t('end-meeting-no')}
          danger
          onYes={end}
          onNo={() => {
            asking.value = false
          }}
        >
          <p>{t('end-meeting-text')}</p>
        </Question>
      )}
    </>
  )
}
