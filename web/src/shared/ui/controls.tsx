// The controls of a call: at most six, each with words; what is needed less often is in the menu.
import type { ComponentChildren } from 'preact'
import type { CallState } from '../calling'
import { t } from '../words_shared'
import { Button } from './button'

interface ControlsProps {
  call: CallState
  label: string
  onMicrophone: (on: boolean) => void
  onCamera: (on: boolean) => void
  onDevices: () => void
  children?: ComponentChildren
}

/** Microphone and camera say what they are and what pressing does; the rest is the app's. */
export function Controls({ call, label, onMicrophone, onCamera, onDevices, children }: ControlsProps) {
  return (
    <fieldset class="controls" aria-label={label}>
      <DeviceButton kind="microphone" call={call} onSwitch={onMicrophone} onDevices={onDevices} />
      <DeviceButton kind="camera" call={call} onSwitch={onCamera} onDevices={onDevices} />
      {children}
    </fieldset>
  )
}

interface DeviceButtonProps {
  kind: 'microphone' | 'camera'
  call: CallState
  onSwitch: (on: boolean) => void
  onDevices: () => void
}

function DeviceButton({ kind, call, onSwitch, onDevices }: DeviceButtonProps) {
  const state = call.devices[kind]
  if (state === 'blocked' || state === 'missing')
    return (
      <Button kind="danger" icon={`${kind}-off`} onClick={onDevices}>
        {t(`${kind}-${state}`)}
      </Button>
    )
  const on = state === 'on'
  return (
    <Button kind={on ? 'secondary' : 'danger'} icon={on ? kind : `${kind}-off`} onClick={() => onSwitch(!on)}>
      {t(on ? `${kind}-turn-off` : `${kind}-turn-on`)}
    </Button>
  )
}
