// Which camera, microphone and speaker of this computer: changed during the call, remembered on the device.
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Calling, CallState } from '../calling'
import type { Chosen } from '../devices'
import { t } from '../words_shared'
import { BackgroundField } from './background'
import { Sheet } from './dialog'

const KINDS = [
  ['camera', 'videoinput'],
  ['microphone', 'audioinput'],
  ['speaker', 'audiooutput'],
] as const

/** Browsers without it play through the system's speaker, which is set there. */
const SETS_SPEAKER = 'setSinkId' in HTMLMediaElement.prototype

export function DevicesSheet({ call, calling, onClose }: { call: CallState; calling: Calling; onClose: () => void }) {
  const found = useSignal<MediaDeviceInfo[]>([])
  const failed = useSignal(false)
  useEffect(() => {
    const devices = navigator.mediaDevices
    const look = () => {
      void devices.enumerateDevices().then((all) => {
        found.value = all
      })
    }
    look()
    devices.addEventListener('devicechange', look)
    return () => devices.removeEventListener('devicechange', look)
  }, [found])
  const choose = async (kind: keyof Chosen, id: string) => {
    failed.value = !(await calling.choose(kind, id))
  }
  return (
    <Sheet title={t('devices-title')} close={t('close')} onClose={onClose}>
      <p class="hint">{t('devices-hint')}</p>
      {KINDS.filter(([kind]) => kind !== 'speaker' || SETS_SPEAKER).map(([kind, as]) => {
        const all = found.value.filter((one) => one.kind === as && one.deviceId !== '')
        return (
          <div class="field" key={kind}>
            <label for={`device-${kind}`}>{t(`devices-${kind}`)}</label>
            <select
              id={`device-${kind}`}
              class="box"
              value={currentOf(kind, call)}
              disabled={all.length === 0}
              onChange={(event) => void choose(kind, event.currentTarget.value)}
            >
              {all.length === 0 && <option value="">{t('devices-none')}</option>}
              {all.map((one, number) => (
                <option key={one.deviceId} value={one.deviceId}>
                  {one.label || t('devices-numbered', { number: number + 1 })}
                </option>
              ))}
            </select>
          </div>
        )
      })}
      <BackgroundField call={call} calling={calling} />
      <p role="status">{failed.value && t('devices-failed')}</p>
    </Sheet>
  )
}

function currentOf(kind: keyof Chosen, call: CallState): string {
  const track = kind === 'speaker' ? null : call.local?.[kind]
  return track?.getSettings().deviceId ?? call.chosen[kind]
}
