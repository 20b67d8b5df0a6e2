// What is the matter with the other people's devices, and what can be done about it with one click (O20); phrases for what is
// said again and again.
import type { Participant } from '../../shared/protocol'
import { Button } from '../../shared/ui/button'
import { DeviceHelp, type Kind } from '../../shared/ui/device_help'
import { Icon } from '../../shared/ui/icon'
import type { OperatorSession } from '../session'
import type { Console } from '../state'
import { t } from '../words'

interface IncidentsProps {
  session: OperatorSession
  others: readonly Participant[]
  declined: Console['declined']
}

export function Incidents({ session, others, declined }: IncidentsProps) {
  return (
    <section class="zone incidents" aria-labelledby="incidents-title">
      <h2 id="incidents-title">{t('incidents-title')}</h2>
      {others.map((one) => (
        <div key={one.number} class="incident">
          <h3>{one.name}</h3>
          {(['camera', 'microphone'] as const).map((kind) => (
            <DeviceLine
              key={kind}
              session={session}
              who={one}
              kind={kind}
              declined={declined?.participant === one.number && declined.device === kind}
            />
          ))}
        </div>
      ))}
      <details class="phrases">
        <summary>{t('phrases')}</summary>
        <p class="hint">{t('phrases-hint')}</p>
        <ul>
          {PHRASES.map((key) => (
            <li key={key}>
              <Button kind="quiet" icon="chat" onClick={() => session.send({ type: 'chat', text: t(key) })}>
                {t(key)}
              </Button>
            </li>
          ))}
        </ul>
      </details>
    </section>
  )
}

const PHRASES = [
  'phrase-hear',
  'phrase-camera',
  'phrase-microphone',
  'phrase-document',
  'phrase-background',
  'phrase-no-camera',
  'phrase-wait',
] as const

interface DeviceLineProps {
  session: OperatorSession
  who: Participant
  kind: Kind
  declined: boolean
}

function DeviceLine({ session, who, kind, declined }: DeviceLineProps) {
  const state = who.devices[kind]
  return (
    <div class="incident-device" data-testid={`incident-${kind}`}>
      <p class={state === 'on' ? 'incident-state' : 'incident-state incident-bad'}>
        <Icon name={state === 'on' ? kind : `${kind}-off`} />
        {t(`${kind}-${state}`)}
      </p>
      {state === 'off' && (
        <Button label={t(`ask-${kind}-of`, { name: who.name })} onClick={() => session.askFor(who.number, kind)}>
          {t(`ask-${kind}`)}
        </Button>
      )}
      <p role="status">{declined && state !== 'on' && t('asked-declined')}</p>
      {state !== 'on' && <DeviceHelp kind={kind} state={state} whose="other" />}
    </div>
  )
}
