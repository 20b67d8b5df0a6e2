// The controls of a call: at most six, each with words; what is needed less often is in the menu.
import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import type { Calling, CallState } from '../calling'
import { t } from '../words_shared'
import { BackgroundNotice, backgroundItem } from './background'
import { Button } from './button'
import { type CaptionsChoice, captionsItem } from './captions'
import { Menu, type MenuItem } from './menu'
import { DevicesSheet } from './own_devices'
import { SilentMicrophone } from './silent'

interface ControlsProps {
  call: CallState
  calling: Calling
  label: string
  chatOpen: boolean
  onChat: () => void
  textOpen: boolean
  onText: () => void
  captions: CaptionsChoice
  /** This person may share a screen now. */
  mayShare: boolean
  /** What the app has beside the menu's own entries; they come first. */
  items?: readonly MenuItem[]
  /** Said while the own camera is off. */
  cameraNote?: string
  children?: ComponentChildren
}

export function Controls({ call, calling, mayShare, items = [], cameraNote, ...rest }: ControlsProps) {
  const choosing = useSignal(false)
  const choose = () => {
    choosing.value = true
  }
  return (
    <>
      <fieldset class="controls" aria-label={rest.label}>
        {!call.quiet && (
          <DeviceButton kind="microphone" call={call} onSwitch={calling.setMicrophone} onDevices={calling.ask} />
        )}
        <DeviceButton kind="camera" call={call} onSwitch={calling.setCamera} onDevices={calling.ask} />
        <Button icon="chat" expanded={rest.chatOpen} onClick={rest.onChat}>
          {t(rest.chatOpen ? 'chat-hide' : 'chat-show')}
        </Button>
        <Button icon="keyboard" expanded={rest.textOpen} onClick={rest.onText}>
          {t(rest.textOpen ? 'live-hide' : 'live-show')}
        </Button>
        <Menu
          label={t('menu')}
          items={() => [
            ...items,
            captionsItem(rest.captions),
            { label: t('menu-refresh'), icon: 'refresh', onPress: calling.refresh },
            { label: t('menu-devices'), icon: 'camera', onPress: choose },
            backgroundItem({ call, calling }, choose),
            ...((mayShare && canShare()) || call.screen ? [screenItem(call, calling)] : []),
            ...viewItems(),
          ]}
        />
        {rest.children}
      </fieldset>
      <p class="controls-note" role="status">
        {call.devices.camera !== 'on' && cameraNote}
      </p>
      <BackgroundNotice call={call} calling={calling} />
      <SilentMicrophone call={call} onChoose={choose} />
      {choosing.value && (
        <DevicesSheet
          call={call}
          calling={calling}
          onClose={() => {
            choosing.value = false
          }}
        />
      )}
    </>
  )
}

/** Telephones' browsers do not let a page see their screen. */
function canShare(): boolean {
  return 'getDisplayMedia' in ((navigator.mediaDevices as MediaDevices | undefined) ?? {})
}

function screenItem(call: CallState, calling: Calling): MenuItem {
  return call.screen
    ? { label: t('menu-screen-stop'), icon: 'screen', onPress: calling.stopScreen }
    : { label: t('menu-screen'), icon: 'screen', onPress: () => void calling.shareScreen() }
}

/** The stage in a window of its own, and the call over the whole screen; each where the browser has it. */
function viewItems(): MenuItem[] {
  const items: MenuItem[] = []
  if (document.pictureInPictureEnabled)
    items.push({ label: t('menu-window'), icon: 'next', onPress: () => void inWindow() })
  if (document.fullscreenEnabled)
    items.push({
      label: t(document.fullscreenElement ? 'menu-full-end' : 'menu-full'),
      icon: 'screen',
      onPress: () => {
        // Refused only where the page lost the user's click meanwhile: pressing again does it.
        const done = document.fullscreenElement
          ? document.exitFullscreen()
          : document.querySelector('.call-main')?.requestFullscreen()
        void done?.catch(() => undefined)
      },
    })
  return items
}

async function inWindow(): Promise<void> {
  const picture = document.querySelector<HTMLVideoElement>('.shared-screen video, .stage .picture')
  if (document.pictureInPictureElement) await document.exitPictureInPicture()
  // A picture that has not come yet has no window to be in.
  else await picture?.requestPictureInPicture().catch(() => undefined)
}

interface DeviceButtonProps {
  kind: 'microphone' | 'camera'
  call: CallState
  onSwitch: (on: boolean) => void
  onDevices: () => Promise<void>
}

function DeviceButton({ kind, call, onSwitch, onDevices }: DeviceButtonProps) {
  const state = call.devices[kind]
  if (state === 'blocked' || state === 'missing' || state === 'withheld')
    return (
      <Button kind="danger" icon={`${kind}-off`} onClick={() => void onDevices()}>
        {t(`${kind}-${state}`)}
      </Button>
    )
  const on = state === 'on'
  return (
    <Button kind={on ? 'on' : 'danger'} icon={on ? kind : `${kind}-off`} onClick={() => onSwitch(!on)}>
      {t(on ? `${kind}-turn-off` : `${kind}-turn-on`)}
    </Button>
  )
}
