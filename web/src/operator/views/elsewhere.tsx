// The console while the call is on another machine (O23): said on every page of it, with the way back.
import { useSignal } from '@preact/signals'
import type { CallMachine, OperatorView } from '../../shared/protocol'
import { Button } from '../../shared/ui/button'
import { Icon } from '../../shared/ui/icon'
import { PairingSheet } from '../../shared/ui/pairing'
import type { OperatorSession } from '../session'
import { t } from '../words'

/** "La llamada en otro equipo", and the code that does it. */
export function CallElsewhere({ session, view }: { session: OperatorSession; view: OperatorView }) {
  const open = useSignal(false)
  const set = (on: boolean) => () => {
    open.value = on
  }
  if (view.call_machine) return null
  return (
    <>
      <Button kind="quiet" icon="device" onClick={set(true)}>
        {t('pair-call')}
      </Button>
      {open.value && (
        <PairingSheet session={session} machine="call" pairing={session.state.value.pairing} onClose={set(false)} />
      )}
    </>
  )
}

export function ElsewhereStrip({ session, machine }: { session: OperatorSession; machine: CallMachine | null }) {
  return (
    <div role="status">
      {machine && (
        <div class="strip strip-good elsewhere" data-testid="call-elsewhere">
          <Icon name="device" />
          <p>
            {t('elsewhere-call')}. {!machine.present && t('elsewhere-call-away')}
          </p>
          <Button onClick={() => session.send({ type: 'unpair', machine: 'call' })}>{t('elsewhere-call-back')}</Button>
        </div>
      )}
    </div>
  )
}
