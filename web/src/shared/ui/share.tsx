// "Compartir videollamada" (C23): what for, then a link that is shown once, with a button that copies it and a QR code that
// is drawn on this device.
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { GuestLine, GuestRole, Invitation } from '../protocol'
import { t } from '../words_shared'
import { Button } from './button'
import { Code } from './facts'
import { Qr } from './qr'

const ROLES: readonly GuestRole[] = ['companion', 'interpreter', 'representative']
/** Guests at one time, as the server counts: six people in all. */
const GUESTS_MAX = 4

interface ShareProps {
  guests: readonly GuestLine[]
  /** The link that was just made. */
  invitation: Invitation | null
  onInvite: (role: GuestRole) => void
  /** The link was seen: it is kept nowhere. */
  onSeen: () => void
  onClose: () => void
}

export function ShareDialog({ guests, invitation, onInvite, onSeen, onClose }: ShareProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const heading = useRef<HTMLHeadingElement>(null)
  const role = useSignal<GuestRole>('companion')
  useEffect(() => {
    const asker = document.activeElement
    const shown = dialog.current
    shown?.showModal()
    return () => {
      shown?.close()
      if (asker instanceof HTMLElement && asker.isConnected) asker.focus()
    }
  }, [])
  const made = invitation?.number
  // a new link is what the page is about now
  useEffect(() => {
    if (made !== undefined) heading.current?.focus()
  }, [made])
  return (
    <dialog
      ref={dialog}
      class="question share"
      aria-labelledby="share-title"
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
    >
      <h2 id="share-title" ref={heading} tabIndex={-1}>
        {invitation ? t('share-ready', { role: t(`role-${invitation.role}`) }) : t('share')}
      </h2>
      {invitation ? (
        <Made invitation={invitation} />
      ) : guests.length >= GUESTS_MAX ? (
        <p>{t('share-full')}</p>
      ) : (
        <>
          <p>{t('share-text')}</p>
          <fieldset class="field-group">
            <legend>{t('share-role')}</legend>
            {ROLES.map((one) => (
              <div class="option" key={one}>
                <input
                  type="radio"
                  id={`share-${one}`}
                  name="share-role"
                  checked={role.value === one}
                  onChange={() => {
                    role.value = one
                  }}
                />
                <label for={`share-${one}`}>{t(`role-${one}`)}</label>
              </div>
            ))}
          </fieldset>
        </>
      )}
      <div class="buttons">
        {!invitation && guests.length < GUESTS_MAX && (
          <Button kind="primary" onClick={() => onInvite(role.value)}>
            {t('share-make')}
          </Button>
        )}
        {invitation && guests.length < GUESTS_MAX && <Button onClick={onSeen}>{t('share-another')}</Button>}
        <Button onClick={onClose}>{t('share-close')}</Button>
      </div>
    </dialog>
  )
}

function Made({ invitation }: { invitation: Invitation }) {
  const link = `${location.origin}/invitado#${invitation.token}`
  return (
    <>
      <p>{t('share-once')}</p>
      <p class="share-link">
        <Code code={link} />
      </p>
      <Qr text={link} label={t('share-qr')} />
      <p class="hint">{t('share-qr-hint')}</p>
    </>
  )
}
