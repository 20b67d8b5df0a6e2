// The wait to be let in, used to try camera and microphone.
import { useSignal } from '@preact/signals'
import type { CallState } from '../../shared/calling'
import { Button } from '../../shared/ui/button'
import { SelfView } from '../../shared/ui/call'
import { Question } from '../../shared/ui/dialog'
import { Icon } from '../../shared/ui/icon'
import { Level } from '../../shared/ui/media'
import type { GuestSession } from '../session'
import { t } from '../words'
import { Frame } from './frame'

interface WaitingProps {
  session: GuestSession
  call: CallState
  sentBack: boolean
}

export function WaitingScreen({ session, call, sentBack }: WaitingProps) {
  return (
    <Frame session={session} title={t('waiting-title')}>
      <p role="status">{t(sentBack ? 'waiting-back-text' : 'waiting-text')}</p>
      <section aria-labelledby="check-title">
        <h2 id="check-title">{t('waiting-check')}</h2>
        {call.asking || !call.local ? (
          <p class="inset" role="status">
            {t('asking')}
          </p>
        ) : (
          <>
            <div class="called-self">
              <SelfView call={call} />
            </div>
            <Device kind="camera" call={call} />
            <Device kind="microphone" call={call} />
            {call.local.microphone && <Level track={call.local.microphone} label={t('waiting-level')} />}
            <Button onClick={() => void session.calling.ask()}>{t('waiting-again')}</Button>
          </>
        )}
      </section>
      <Leave session={session} />
    </Frame>
  )
}

function Device({ kind, call }: { kind: 'camera' | 'microphone'; call: CallState }) {
  const state = call.devices[kind]
  const broken = state === 'blocked' || state === 'missing'
  return (
    <p class={broken ? 'device device-broken' : 'device'}>
      <Icon name={broken ? 'warning' : 'check'} />
      {t(`${kind}-${state}`)}
    </p>
  )
}

/** Leaving is for good, so it is asked. */
export function Leave({ session, danger }: { session: GuestSession; danger?: boolean }) {
  const leaving = useSignal(false)
  return (
    <>
      <Button
        kind={danger ? 'danger' : 'secondary'}
        {...(danger ? { icon: 'hangup' as const } : {})}
        onClick={() => {
          leaving.value = true
        }}
      >
        {t('leave')}
      </Button>
      {leaving.value && (
        <Question
          title={t('leave-title')}
          yes={t('leave-yes')}
          no={t('leave-no')}
          danger
          onYes={() => {
            leaving.value = false
            session.send({ type: 'leave' })
          }}
          onNo={() => {
            leaving.value = false
          }}
        >
          <p>{t('leave-text')}</p>
        </Question>
      )}
    </>
  )
}
