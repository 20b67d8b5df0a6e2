// Between citizens: availability per service (O1), "Atender contribuyente" (O4), the nine-second ring (O5).
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { CallState } from '../../shared/calling'
import type { OperatorStep, OperatorView, ServiceLine } from '../../shared/protocol'
import { Button } from '../../shared/ui/button'
import { SelfView } from '../../shared/ui/call'
import { Icon } from '../../shared/ui/icon'
import { Level } from '../../shared/ui/media'
import type { OperatorSession } from '../session'
import { t } from '../words'
import { Frame } from './frame'

interface OffProps {
  session: OperatorSession
  view: OperatorView
  state: 'off' | 'inactive'
  call: CallState
}

const waitingOf = (view: OperatorView) =>
  view.services.filter((one) => one.available).reduce((sum, one) => sum + one.waiting, 0)

export function OffStep({ session, view, state, call }: OffProps) {
  return (
    <Frame session={session} view={view} title={t(`${state}-title`)} width="wide">
      <p>{t(`${state}-text`)}</p>
      {state === 'inactive' && (
        <>
          <p role="status">{t('inactive-waiting', { count: waitingOf(view) })}</p>
          <Button kind="primary" onClick={() => session.send({ type: 'seek' })}>
            {t('seek')}
          </Button>
        </>
      )}
      <Services session={session} services={view.services} />
      {!view.call_machine && <OwnDevices session={session} call={call} />}
    </Frame>
  )
}

function Services({ session, services }: { session: OperatorSession; services: readonly ServiceLine[] }) {
  const setAll = (available: boolean) => {
    for (const service of services)
      if (service.available !== available) session.send({ type: 'set_available', service: service.id, available })
  }
  return (
    <section aria-labelledby="services-title">
      <h2 id="services-title">{t('services-title')}</h2>
      <p class="hint">
        {t('availability-title')}. {t('availability-hint')}
      </p>
      {services.length > 1 && (
        <div class="buttons">
          <Button disabled={services.every((one) => one.available)} onClick={() => setAll(true)}>
            {t('availability-all')}
          </Button>
          <Button disabled={services.every((one) => !one.available)} onClick={() => setAll(false)}>
            {t('availability-none')}
          </Button>
        </div>
      )}
      {groupsOf(services).map((group) => (
        <ServiceGroup key={group.name} session={session} group={group} />
      ))}
    </section>
  )
}

interface Group {
  name: string
  /** Hours of all of them, where they are the same. */
  hours: string | null
  services: readonly ServiceLine[]
}

/** By subcategory, in the server's order: names may be the same in two of them. */
function groupsOf(services: readonly ServiceLine[]): Group[] {
  const names = [...new Set(services.map((one) => one.subcategory))]
  return names.map((name) => {
    const own = services.filter((one) => one.subcategory === name)
    const hours = own[0]?.hours ?? ''
    return { name, hours: own.every((one) => one.hours === hours) ? hours : null, services: own }
  })
}

function ServiceGroup({ session, group }: { session: OperatorSession; group: Group }) {
  return (
    <>
      {group.name && <h3>{group.name}</h3>}
      {group.hours && <p class="hint">{group.hours}</p>}
      <ul class="services">
        {group.services.map((service) => (
          <li key={service.id} class="service">
            <div class="service-words">
              <p class="service-name">{service.name}</p>
              <p class="hint">
                {group.hours === null && `${service.hours} · `}
                {t('service-waiting')}: {service.waiting}
              </p>
            </div>
            <label class="switch">
              <input
                type="checkbox"
                // biome-ignore lint/a11y/useAriaPropsForRole: a native checkbox tells its state itself
                role="switch"
                checked={service.available}
                aria-label={t('service-available-for', { service: service.name, group: group.name })}
                onChange={(event) =>
                  session.send({ type: 'set_available', service: service.id, available: event.currentTarget.checked })
                }
              />
              <span class="switch-words" aria-hidden="true">
                {t('service-available')}: {t(service.available ? 'yes' : 'no')}
              </span>
            </label>
          </li>
        ))}
      </ul>
    </>
  )
}

export function OwnDevices({ session, call }: { session: OperatorSession; call: CallState }) {
  const microphone = call.local?.microphone
  return (
    <section aria-labelledby="own-devices-title">
      <h2 id="own-devices-title">{t('own-devices')}</h2>
      {!call.local ? (
        <>
          <p class="hint">{t('own-devices-hint')}</p>
          <Button icon="camera" disabled={call.asking} onClick={() => void session.calling.ask()}>
            {t('own-devices-test')}
          </Button>
        </>
      ) : (
        <div class="own-devices">
          <SelfView call={call} />
          <div>
            <OwnDevice kind="camera" call={call} />
            <OwnDevice kind="microphone" call={call} />
            {microphone && <Level track={microphone} label={t('microphone')} />}
            <Button onClick={() => void session.calling.ask()}>{t('own-again')}</Button>
          </div>
        </div>
      )}
    </section>
  )
}

function OwnDevice({ kind, call }: { kind: 'camera' | 'microphone'; call: CallState }) {
  const state = call.devices[kind]
  const broken = state === 'blocked' || state === 'missing'
  return (
    <>
      <p class={broken ? 'device device-broken' : 'device'}>
        <Icon name={broken ? 'warning' : 'check'} />
        {t(`${kind}-${state}`)}
      </p>
      {broken && <p>{t(`own-${kind}-${state}`)}</p>}
    </>
  )
}

interface SeekingProps {
  session: OperatorSession
  view: OperatorView
  step: Extract<OperatorStep, { state: 'seeking' }>
}

export function SeekingStep({ session, view, step }: SeekingProps) {
  return (
    <Frame session={session} view={view} title={t('seeking-title')} width="wide">
      <Ring roundMs={step.round_ms} />
      <p>{t('seeking-push')}</p>
      <p role="status">{t('inactive-waiting', { count: waitingOf(view) })}</p>
      <Button kind="primary" onClick={() => session.send({ type: 'interrupt' })}>
        {t('interrupt')}
      </Button>
      <Services session={session} services={view.services} />
    </Frame>
  )
}

const RING_LENGTH = 2 * Math.PI * 54

/** Counts down and begins again; assignment comes by itself and does not wait for it. Counted from when the screen
 * appeared, since the clocks of server and computer may differ. */
function Ring({ roundMs }: { roundMs: number }) {
  const began = useSignal(Date.now())
  const now = useSignal(Date.now())
  useEffect(() => {
    const timer = setInterval(() => {
      now.value = Date.now()
    }, 250)
    return () => clearInterval(timer)
  }, [now])
  const left = roundMs - ((now.value - began.value) % roundMs)
  const seconds = Math.ceil(left / 1000)
  return (
    <div class="ring" role="timer" aria-label={t('seeking-next', { seconds })}>
      <svg viewBox="0 0 120 120" aria-hidden="true" focusable="false">
        <circle class="ring-ground" cx="60" cy="60" r="54" />
        <circle
          class="ring-left"
          cx="60"
          cy="60"
          r="54"
          stroke-dasharray={RING_LENGTH}
          stroke-dashoffset={RING_LENGTH * (1 - seconds / Math.ceil(roundMs / 1000))}
          transform="rotate(-90 60 60)"
        />
        <text x="60" y="72">
          {seconds}
        </text>
      </svg>
      <p>{t('seeking-next', { seconds })}</p>
    </div>
  )
}
