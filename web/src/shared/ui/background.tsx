// The room behind oneself: blurred or not, in the sheet of the devices; and what is said when blurring ended by itself.
import { canBlur } from '../background/effect'
import type { Calling, CallState } from '../calling'
import { t } from '../words_shared'
import { Button } from './button'
import { Icon } from './icon'
import type { MenuItem } from './menu'

interface BackgroundProps {
  call: CallState
  calling: Calling
}

/** Where the browser cannot, the sheet says so. */
export function backgroundItem({ call, calling }: BackgroundProps, openSheet: () => void): MenuItem {
  if (!canBlur()) return { label: t('menu-blur'), icon: 'person', onPress: openSheet }
  return call.background === 'none'
    ? { label: t('menu-blur'), icon: 'person', onPress: () => calling.setBackground('blurred') }
    : { label: t('menu-unblur'), icon: 'person', onPress: () => calling.setBackground('none') }
}

export function BackgroundField({ call, calling }: BackgroundProps) {
  const can = canBlur()
  return (
    <div class="field">
      <label for="background">{t('background')}</label>
      <p class="hint" id="background-hint">
        {t(can ? 'background-hint' : 'background-impossible')}
      </p>
      <select
        id="background"
        class="box"
        aria-describedby="background-hint"
        disabled={!can}
        value={call.background === 'none' ? 'none' : 'blurred'}
        onChange={(event) => calling.setBackground(event.currentTarget.value === 'blurred' ? 'blurred' : 'none')}
      >
        <option value="none">{t('background-none')}</option>
        <option value="blurred">{t('background-blurred')}</option>
      </select>
    </div>
  )
}

/** Said to whoever's picture stands still because of it. */
export function BackgroundNotice({ call, calling }: BackgroundProps) {
  const { background } = call
  return (
    <>
      <div role="status">
        {background === 'starting' && call.devices.camera === 'on' && (
          <p class="controls-note">{t('background-starting')}</p>
        )}
      </div>
      {(background === 'slow' || background === 'failed') && (
        <div class="strip strip-warning asked-one" role="alert">
          <Icon name="warning" />
          <p>{t(`background-${background}`)}</p>
          <Button kind="primary" icon="camera" onClick={() => calling.showWithout()}>
            {t('background-show')}
          </Button>
          <Button onClick={() => calling.setCamera(true)}>{t('background-retry')}</Button>
        </div>
      )}
    </>
  )
}
