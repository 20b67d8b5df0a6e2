// Camera and microphone, before anybody waits: explained before the browser asks (C17), tried, then "Confirmar turno" (C16).
import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { chime } from '../../shared/attention'
import type { CallState } from '../../shared/calling'
import { browserOf } from '../../shared/devices'
import type { LoopbackState } from '../../shared/loopback'
import type { CitizenView, LineTest } from '../../shared/protocol'
import { Button } from '../../shared/ui/button'
import { SelfView } from '../../shared/ui/call'
import { Code, Facts } from '../../shared/ui/facts'
import { Icon } from '../../shared/ui/icon'
import { lineFacts } from '../../shared/ui/line_test'
import { Level, Picture, Voice } from '../../shared/ui/media'
import { DevicesSheet } from '../../shared/ui/own_devices'
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

/** The service is given without a camera, too, and there is none. */
const bySound = (call: CallState, view: CitizenView) =>
  view.sound_only && call.devices.microphone === 'on' && call.devices.camera !== 'on'

interface CheckProps {
  session: CitizenSession
  view: CitizenView
  call: CallState
  loopback: LoopbackState
}

export function CheckScreen({ session, view, call, loopback }: CheckProps) {
  const choosing = useSignal(false)
  return (
    <Frame session={session} title={t('check-title')} width="wide">
      {call.asking || !call.local ? (
        <p class="inset" role="status">
          {t('check-asking')}
        </p>
      ) : (
        <>
          <div class="check">
            <section aria-label={t('camera')}>
              <h2>{t('check-self')}</h2>
              <div class="check-picture">
                <SelfView call={call} />
              </div>
              <DeviceState kind="camera" call={call} />
            </section>
            <Microphone call={call} />
            <Line loopback={loopback} />
          </div>
          <Outcome session={session} view={view} call={call}>
            <Button
              kind="quiet"
              icon="camera"
              onClick={() => {
                choosing.value = true
              }}
            >
              {t('check-choose')}
            </Button>
          </Outcome>
        </>
      )}
      {choosing.value && (
        <DevicesSheet
          call={call}
          calling={session.calling}
          onClose={() => {
            choosing.value = false
          }}
        />
      )}
    </Frame>
  )
}

function Microphone({ call }: { call: CallState }) {
  const heard = useSignal(false)
  const microphone = call.local?.microphone
  return (
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
      <h2>{t('check-speaker')}</h2>
      <Button icon="sound" onClick={chime}>
        {t('check-speaker-test')}
      </Button>
      <p class="hint">{t('check-speaker-hint')}</p>
    </section>
  )
}

/** What comes back from the office's server, and what that says of the line. */
function Line({ loopback }: { loopback: LoopbackState }) {
  const listening = useSignal(false)
  const { camera, voice, result } = loopback
  const worry = result && result.verdict !== 'good'
  return (
    <section aria-label={t('check-loopback')}>
      <h2>{t('check-loopback')}</h2>
      {camera && (
        <div class="check-picture">
          <div class="self">
            <Picture track={camera} label={t('check-loopback-picture')} />
          </div>
        </div>
      )}
      {voice && (
        <>
          <Button
            icon="sound"
            onClick={() => {
              listening.value = !listening.value
            }}
          >
            {t(listening.value ? 'check-loopback-stop' : 'check-loopback-listen')}
          </Button>
          <p class="hint">{t('check-loopback-hint')}</p>
          {listening.value && <Voice track={voice} />}
        </>
      )}
      <p role="status" class={worry ? 'device device-broken' : 'device'} data-testid="line-test">
        {loopback.at === 'over' && <Icon name={worry ? 'warning' : 'check'} />}
        {loopback.at === 'runs' && t('check-loopback-runs')}
        {loopback.at === 'over' && t(result ? `line-${result.verdict}` : 'line-not-tested')}
      </p>
      {result && result.verdict !== 'none' && <p class="hint">{lineFacts(result)}</p>}
    </section>
  )
}

interface OutcomeProps {
  session: CitizenSession
  view: CitizenView
  call: CallState
  children: ComponentChildren
}

/** Whether one can go on, and how. */
function Outcome({ session, view, call, children }: OutcomeProps) {
  const ready = bothOn(call)
  const sound = bySound(call, view)
  const may = ready || sound
  return (
    <>
      <p class={may ? 'strip strip-good' : 'strip strip-error'}>
        <Icon name={may ? 'check' : 'warning'} />
        {t(ready ? 'check-ready' : sound ? 'check-ready-sound' : 'check-not-ready')}
      </p>
      {!ready && <p class="inset">{t(view.sound_only ? 'check-sound-only-hint' : 'check-mandatory')}</p>}
      <div class="buttons">
        {may && (
          <Button kind="primary" onClick={() => session.check('confirm')}>
            {t(ready ? 'check-continue' : 'check-sound-only')}
          </Button>
        )}
        <Button kind={may ? 'secondary' : 'primary'} onClick={() => void session.calling.ask()}>
          {t('check-again')}
        </Button>
        {children}
      </div>
    </>
  )
}

function DeviceState({ kind, call }: { kind: 'camera' | 'microphone'; call: CallState }) {
  const state = call.devices[kind]
  const broken = state === 'blocked' || state === 'withheld' || state === 'missing'
  return (
    <>
      <p class={broken ? 'device device-broken' : 'device'}>
        <Icon name={broken ? 'warning' : 'check'} />
        {t(`${kind}-${state}`)}
      </p>
      {broken && <p>{t(`fix-${kind}-${state}`)}</p>}
      {state === 'blocked' && <p>{t(`allow-${browserOf(navigator.userAgent)}`)}</p>}
    </>
  )
}

interface ConfirmProps {
  session: CitizenSession
  view: CitizenView
  call: CallState
  /** What the test of the line found. */
  line: LineTest | null
}

export function ConfirmScreen({ session, view, call, line }: ConfirmProps) {
  const ready = bothOn(call) || bySound(call, view)
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
            onClick={() => session.send({ type: 'confirm', devices: call.devices, ...(line ? { line } : {}) })}
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
