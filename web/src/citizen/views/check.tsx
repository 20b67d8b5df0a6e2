// Camera and microphone, before anybody waits: explained before the browser asks (C17), tried, then "Confirmar turno" (C16).
import { useSignal } from '@preact/signals'
import type { CallState } from '../../shared/calling'
import type { CitizenView } from '../../shared/protocol'
import { Button } from '../../shared/ui/button'
import { SelfView } from '../../shared/ui/call'
import { Code, Facts } from '../../shared/ui/facts'
import { Icon } from '../../shared/ui/icon'
import { Level } from '../../shared/ui/media'
import type { CitizenSession } from '../session'
import { t } from '../words'
import { Frame } from './frame'

/** C19: told before anybody waits in vain. */
const canCall = () => 'RTCPeerConnection' in window && 'mediaDevices' in navigator

export function ExplainScreen({ session }: { session: CitizenSession }) {
  if (!canCall())
    return (
      <Frame session={session} title={t('unsupported-title')}>
        <p>{t('unsupported-text')}</p>
        <Facts facts={[[t('unsupported-link'), <Code key="link" code={location.href} />]]} />
        <Button onClick={() => session.send({ type: 'abandon', remark: '' })}>{t('abandon')}</Button>
      </Frame>
    )
  return (
    <Frame session={session} title={t('check-title')}>
      <p>{t('check-before')}</p>
      <p class="inset">{t('check-mandatory')}</p>
      <p>{t('check-how')}</p>
      <Button kind="primary" icon="camera" onClick={() => session.check('test')}>
        {t('check-start')}
      </Button>
    </Frame>
  )
}

const bothOn = (call: CallState) => call.devices.camera === 'on' && call.devices.microphone === 'on'

export function CheckScreen({ session, call }: { session: CitizenSession; call: CallState }) {
  const heard = useSignal(false)
  const microphone = call.local?.microphone
  const ready = bothOn(call)
  return (
    <Frame session={session} title={t('check-title')} width="wide">
      {call.asking || !call.local ? (
        <p class="inset" role="status">
          {t('check-asking')}
        </p>
      ) : (
        <div class="check">
          <section aria-label={t('camera')}>
            <h2>{t('check-self')}</h2>
            <div class="check-picture">
              <SelfView call={call} />
            </div>
            <DeviceState kind="camera" call={call} />
          </section>
          <section aria-label={t('microphone')}>
            <h2>{t('check-level')}</h2>
            {microphone && (
              <>
                <p class="hint">{t('check-level-hint')}</p>
                <Level
                  track={microphone}
                  label={t('check-level')}
                  onHeard={() => {
                    heard.value = true
                  }}
                />
                <p role="status">{t(heard.value ? 'check-heard' : 'check-silent')}</p>
              </>
            )}
            <DeviceState kind="microphone" call={call} />
          </section>
        </div>
      )}
      {call.local && !call.asking && (
        <>
          {ready ? (
            <p class="strip strip-good">
              <Icon name="check" />
              {t('check-ready')}
            </p>
          ) : (
            <p class="strip strip-error">
              <Icon name="warning" />
              {t('check-not-ready')}
            </p>
          )}
          {!ready && <p class="inset">{t('check-mandatory')}</p>}
          <div class="buttons">
            {ready && (
              <Button kind="primary" onClick={() => session.check('confirm')}>
                {t('check-continue')}
              </Button>
            )}
            <Button kind={ready ? 'secondary' : 'primary'} onClick={() => void session.calling.ask()}>
              {t('check-again')}
            </Button>
          </div>
        </>
      )}
    </Frame>
  )
}

function DeviceState({ kind, call }: { kind: 'camera' | 'microphone'; call: CallState }) {
  const state = call.devices[kind]
  const broken = state === 'blocked' || state === 'missing'
  return (
    <>
      <p class={broken ? 'device device-broken' : 'device'}>
        <Icon name={broken ? 'warning' : 'check'} />
        {t(`${kind}-${state}`)}
      </p>
      {broken && <p>{t(`fix-${kind}-${state}`)}</p>}
    </>
  )
}

interface ConfirmProps {
  session: CitizenSession
  view: CitizenView
  call: CallState
}

export function ConfirmScreen({ session, view, call }: ConfirmProps) {
  const ready = bothOn(call)
  return (
    <Frame session={session} title={t('confirm-title')}>
      <p>{t('confirm-intro')}</p>
      <Facts
        facts={[
          [t('confirm-code'), <Code key="code" code={view.turno_code} />],
          [t('confirm-name'), view.name],
          [t('confirm-body'), view.body],
          [t('confirm-branch'), view.branch],
          [t('confirm-service'), view.service],
        ]}
      />
      {!ready && !call.asking && call.local && (
        <p class="strip strip-error" role="alert">
          <Icon name="warning" />
          {t('check-not-ready')}
        </p>
      )}
      <div class="buttons">
        {ready || call.asking || !call.local ? (
          <Button
            kind="primary"
            disabled={!ready}
            onClick={() => session.send({ type: 'confirm', devices: call.devices })}
          >
            {t('confirm-button')}
          </Button>
        ) : (
          <Button kind="primary" onClick={() => session.check('test')}>
            {t('check-again')}
          </Button>
        )}
        <Button onClick={() => session.send({ type: 'abandon', remark: '' })}>{t('confirm-cancel')}</Button>
      </div>
    </Frame>
  )
}
