import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { Button } from './button'

interface QuestionProps {
  title: string
  yes: string
  no: string
  danger?: boolean
  onYes: () => void
  onNo: () => void
  children: ComponentChildren
}

/** Asks before something that cannot be taken back. Native dialog: the browser keeps the focus inside and Escape says no. */
export function Question(props: QuestionProps) {
  const dialog = useModal()
  return (
    <dialog
      ref={dialog}
      class="question"
      aria-labelledby="question-title"
      onCancel={(event) => {
        event.preventDefault()
        props.onNo()
      }}
    >
      <h2 id="question-title">{props.title}</h2>
      {props.children}
      <div class="buttons">
        <Button onClick={props.onNo}>{props.no}</Button>
        <Button kind={props.danger ? 'danger' : 'primary'} onClick={props.onYes}>
          {props.yes}
        </Button>
      </div>
    </dialog>
  )
}

interface SheetProps {
  title: string
  close: string
  onClose: () => void
  children: ComponentChildren
}

/** Something to set or read beside the screen; closed by its button or Escape. */
export function Sheet({ title, close, onClose, children }: SheetProps) {
  const dialog = useModal()
  return (
    <dialog
      ref={dialog}
      class="question"
      aria-labelledby="sheet-title"
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
    >
      <h2 id="sheet-title">{title}</h2>
      {children}
      <div class="buttons">
        <Button onClick={onClose}>{close}</Button>
      </div>
    </dialog>
  )
}

/** Opens a dialog for as long as it is drawn, and gives the focus back to whatever had it. */
function useModal() {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const asker = document.activeElement
    const shown = dialog.current
    shown?.showModal()
    return () => {
      shown?.close()
      // The dialog may already be out of the page, and then gives nothing back by itself.
      if (asker instanceof HTMLElement && asker.isConnected) asker.focus()
    }
  }, [])
  return dialog
}
