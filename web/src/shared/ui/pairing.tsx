// A second machine is joined: the address and the short code that are typed on it, and a QR code that brings both, drawn on
// this device.
import { useEffect } from 'preact/hooks'
import type { Pairing } from '../pairing'
import type { MachineUse, Participant } from '../protocol'
import { t } from '../words_shared'
import { Button } from './button'
import { Sheet } from './dialog'
import { Icon } from './icon'
import { Qr } from './qr'
import { useServerNow } from './time_left'

interface PairingProps {
  session: { send(message: { type: 'pair'; machine: MachineUse }): void; pairingSeen(): void }
  machine: MachineUse
  /** None until the server has made it. */
  pairing: Pairing | null
  onClose: () => void
}

export function PairingSheet({ session, machine, pairing, onClose }: PairingProps) {
  const ask = () => session.send({ type: 'pair', machine })
  // once for each time it is opened
  useEffect(() => {
    ask()
    return session.pairingSeen
  }, [session])
  const now = useServerNow()
  const over = pairing !== null && now >= pairing.until_ms
  return (
    <Sheet title={t(`pair-${machine}`)} close={t('pair-close')} onClose={onClose}>
      <p>{t(`pair-${machine}-text`)}</p>
      <div role="status">
        {!pairing && <p>{t('pair-making')}</p>}
        {over && <p>{t('pair-over')}</p>}
      </div>
      {over && (
        <Button kind="primary" onClick={ask}>
          {t('pair-another')}
        </Button>
      )}
      {pairing && !over && <Shown code={pairing.code} />}
    </Sheet>
  )
}

function Shown({ code }: { code: string }) {
  const address = `${location.origin}/equipo`
  return (
    <>
      <dl class="pairing">
        <dt>{t('pair-address')}</dt>
        <dd class="code">{address}</dd>
        <dt>{t('pair-code')}</dt>
        <dd class="pairing-code" data-testid="pairing-code">
          {code.replace(/(\d{3})(?=\d)/g, '$1 ')}
        </dd>
      </dl>
      <Qr text={`${address}#${code}`} label={t('pair-qr')} />
      <p class="hint">{t('pair-once')}</p>
    </>
  )
}

interface PhoneProps {
  session: PairingProps['session'] & { send(message: { type: 'unpair'; machine: MachineUse }): void }
  /** Oneself in the call. */
  self: Participant | undefined
  /** The entry of the menu was pressed. */
  open: boolean
  pairing: Pairing | null
  onClose: () => void
}

/** "Usar el teléfono para el sonido" (O22): the code, and then, on the page that is quiet now, where the sound is. */
export function Phone({ session, self, open, pairing, onClose }: PhoneProps) {
  const there = self?.by_phone === true
  // joined: the code is of no use any more
  useEffect(() => {
    if (there) onClose()
  }, [there])
  return (
    <>
      <div role="status">
        {there && (
          <div class="strip strip-good elsewhere" data-testid="sound-elsewhere">
            <Icon name="device" />
            <p>{t('phone-there')}</p>
            <Button onClick={() => session.send({ type: 'unpair', machine: 'sound' })}>{t('phone-back')}</Button>
          </div>
        )}
      </div>
      {open && !there && <PairingSheet session={session} machine="sound" pairing={pairing} onClose={onClose} />}
    </>
  )
}
