// Somebody's sound on a telephone: one screen, few and large buttons.
import type { CallState } from '../../shared/calling'
import type { SoundView } from '../../shared/protocol'
import { Button } from '../../shared/ui/button'
import { Elapsed } from '../../shared/ui/call'
import { OwnDeviceHelp } from '../../shared/ui/device_help'
import { Icon } from '../../shared/ui/icon'
import { Level, Voice } from '../../shared/ui/media'
import type { MachineSession } from '../session'
import { t } from '../words'
import { Frame } from './frame'

interface SoundProps {
  session: MachineSession
  view: SoundView
  call: CallState
}

export function SoundScreen({ session, view, call }: SoundProps) {
  const { step } = view
  const microphone = call.local?.microphone
  const state = call.devices.microphone
  const works = state === 'on' || state === 'off'
  return (
    <Frame session={session} title={t('sound-title', { name: view.name })}>
      <p role="status" data-testid="sound-state">
        {t(
          step.state === 'waiting' ? 'sound-waiting' : call.peer === 'connected' ? 'sound-in-call' : 'sound-connecting',
        )}
      </p>
      {step.state === 'in_call' && (
        <p class="call-status">
          {step.recording === 'runs' && (
            <span class="badge badge-recording">
              <Icon name="record" />
              {t('recording')}
            </span>
          )}
          <span class="badge">
            <span>{t('call-elapsed')}</span> <Elapsed sinceMs={step.since_ms} />
          </span>
        </p>
      )}
      {[...call.remote].map(([number, { voice }]) => voice && <Voice key={number} track={voice} />)}
      {microphone && state === 'on' && <Level track={microphone} label={t('sound-level')} />}
      {works && <OwnDeviceHelp devices={{ ...call.devices, camera: 'on' }} />}
      {!works && <p class="device device-broken">{t(`microphone-${state}`)}</p>}
      <div class="sound-buttons">
        {works ? (
          <Button
            kind={state === 'on' ? 'on' : 'danger'}
            icon={state === 'on' ? 'microphone' : 'microphone-off'}
            onClick={() => session.calling.setMicrophone(state !== 'on')}
          >
            {t(state === 'on' ? 'microphone-turn-off' : 'microphone-turn-on')}
          </Button>
        ) : (
          <Button icon="microphone-off" onClick={() => void session.calling.ask()}>
            {t('sound-again')}
          </Button>
        )}
        <Button kind="danger" icon="hangup" onClick={session.leave}>
          {t('sound-hang-up')}
        </Button>
      </div>
    </Frame>
  )
}
