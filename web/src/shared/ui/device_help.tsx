// What is the matter with a device, where it comes from and what to do: the guide's origin and remedy for each state (O20).
import type { DeviceState, DeviceStates } from '../protocol'
import { t } from '../words_shared'

type Trouble = Exclude<DeviceState, 'on'>
export type Kind = keyof DeviceStates

/** `whose`: one's own device, or that of the person one talks to. */
export function DeviceHelp({ kind, state, whose }: { kind: Kind; state: Trouble; whose: 'own' | 'other' }) {
  const key = `incident-${kind}-${state}` as const
  return (
    <details class="device-help">
      <summary>{t('incident-help', { what: t(`${kind}-${state}`) })}</summary>
      <p>
        <strong>{t('incident-origin')}</strong> {whose === 'own' ? t(`${key}-own-origin`) : t(`${key}-origin`)}
      </p>
      <p>
        <strong>{t('incident-remedy')}</strong> {whose === 'own' ? t(`${key}-own-remedy`) : t(`${key}-remedy`)}
      </p>
    </details>
  )
}

/** The own devices that are not on, each with its help; nothing when all is well. */
export function OwnDeviceHelp({ devices }: { devices: DeviceStates }) {
  return (
    <>
      {(['camera', 'microphone'] as const).map((kind) => {
        const state = devices[kind]
        return state === 'on' ? null : <DeviceHelp key={kind} kind={kind} state={state} whose="own" />
      })}
    </>
  )
}
