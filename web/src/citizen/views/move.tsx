// "Seguir en otro dispositivo" (C18): a link and its QR code, drawn on this device, that open the turn once on another one.
import { useEffect } from 'preact/hooks'
import { Sheet } from '../../shared/ui/dialog'
import { Code } from '../../shared/ui/facts'
import { Qr } from '../../shared/ui/qr'
import type { CitizenSession } from '../session'
import { t } from '../words'

interface MoveProps {
  session: CitizenSession
  /** None until the server has made it. */
  link: string | null
  onClose: () => void
}

export function Move({ session, link, onClose }: MoveProps) {
  // once for each time it is opened
  useEffect(() => {
    session.send({ type: 'move' })
    return session.moveSeen
  }, [session])
  const address = `${location.origin}/#mover=${link}`
  return (
    <Sheet title={t('move')} close={t('close')} onClose={onClose}>
      <p>{t('move-text')}</p>
      {link ? (
        <>
          <Qr text={address} label={t('move-qr')} />
          <p class="share-link">
            <Code code={address} />
          </p>
        </>
      ) : (
        <p role="status">{t('move-making')}</p>
      )}
    </Sheet>
  )
}
