// Said to whoever's microphone is on and gives nothing.
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { CallState } from '../calling'
import { watchSilence } from '../silence'
import { t } from '../words_shared'
import { Button } from './button'
import { Icon } from './icon'

export function SilentMicrophone({ call, onChoose }: { call: CallState; onChoose: () => void }) {
  const silent = useSignal(false)
  const microphone = call.devices.microphone === 'on' && call.peer === 'connected' ? call.sent?.microphone : null
  useEffect(() => {
    silent.value = false
    return microphone
      ? watchSilence(microphone, (is) => {
          silent.value = is
        })
      : undefined
  }, [microphone])
  return (
    <div role="status">
      {silent.value && (
        <div class="strip strip-warning asked-one" data-testid="silent-microphone">
          <Icon name="microphone-off" />
          <p>{t('microphone-silent')}</p>
          <Button onClick={onChoose}>{t('microphone-silent-choose')}</Button>
        </div>
      )}
    </div>
  )
}
