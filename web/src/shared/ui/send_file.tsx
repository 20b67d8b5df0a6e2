// "Enviar archivo" (C22): chosen, dropped or photographed; its name is shown before it is sent, what has gone of it while it is.
// It stands beside the call and does not cover it.
import { type Signal, useSignal } from '@preact/signals'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { faultOf, sizeOf, type Upload, upload } from '../files'
import type { RefusalCode } from '../protocol'
import { t } from '../words_shared'
import { Button } from './button'
import { Icon } from './icon'

/** What the panel is about now. */
type Step =
  | { at: 'empty' }
  | { at: 'chosen'; file: File }
  | { at: 'sending'; file: File; upload: Upload; part: number }
  | { at: 'sent'; name: string }
  | { at: 'cancelled' }
  | { at: 'refused'; code: RefusalCode | 'network'; size: number }

const FORMS = '.pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png'

export function SendFile({ path, onClose }: { path: string; onClose: () => void }) {
  const step = useSignal<Step>({ at: 'empty' })
  const heading = useRef<HTMLHeadingElement>(null)
  // In the same moment: whoever types on must not type elsewhere.
  useLayoutEffect(() => {
    const asker = document.activeElement
    heading.current?.focus()
    return () => {
      if (step.value.at === 'sending') step.value.upload.cancel()
      if (asker instanceof HTMLElement && asker.isConnected) asker.focus()
    }
  }, [])
  const sending = step.value.at === 'sending'
  return (
    <section class="zone send-file" aria-labelledby="send-file-title">
      <h2 id="send-file-title" ref={heading} tabIndex={-1}>
        {t('file-send-title')}
      </h2>
      <p>{t('file-rules')}</p>
      {sending ? <Sending step={step} /> : <Choosing step={step} path={path} />}
      <Said step={step.value} />
      {!sending && (
        <div class="buttons">
          <Button onClick={onClose}>{t('file-close')}</Button>
        </div>
      )}
    </section>
  )
}

function Choosing({ step, path }: { step: Signal<Step>; path: string }) {
  const choose = async (file: File | undefined) => {
    if (!file) return
    const fault = await faultOf(file)
    step.value = fault ? { at: 'refused', code: fault, size: file.size } : { at: 'chosen', file }
  }
  const chosen = step.value.at === 'chosen' ? step.value.file : null
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is one more way beside the buttons
    <div
      class="drop"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault()
        void choose(event.dataTransfer?.files[0])
      }}
    >
      <div class="buttons">
        <Picker onChoose={choose} accept={FORMS} label={t('file-browse')} />
        {matchMedia('(pointer: coarse)').matches && (
          <Picker onChoose={choose} accept="image/jpeg" capture label={t('file-photo')} />
        )}
      </div>
      <p class="hint">{t('file-drop')}</p>
      {chosen && (
        <>
          <p class="file-chosen">{t('file-chosen', { name: chosen.name, size: sizeOf(chosen.size) })}</p>
          <Button kind="primary" onClick={() => void send(step, path, chosen)}>
            {t('file-send')}
          </Button>
        </>
      )}
    </div>
  )
}

interface PickerProps {
  onChoose: (file: File | undefined) => Promise<void>
  accept: string
  capture?: boolean
  label: string
}

/** A button that opens the browser's own chooser. */
function Picker({ onChoose, accept, capture, label }: PickerProps) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        accept={accept}
        {...(capture ? { capture: 'environment' } : {})}
        onChange={(event) => {
          const field = event.currentTarget
          // The same file again is a choice as well.
          void onChoose(field.files?.[0]).finally(() => {
            field.value = ''
          })
        }}
      />
      <Button icon={capture ? 'camera' : 'search'} onClick={() => input.current?.click()}>
        {label}
      </Button>
    </>
  )
}

async function send(step: Signal<Step>, path: string, file: File): Promise<void> {
  const running = upload(path, file, (part) => {
    if (step.value.at === 'sending') step.value = { ...step.value, part }
  })
  step.value = { at: 'sending', file, upload: running, part: 0 }
  const outcome = await running.outcome
  if (outcome.kind === 'sent') step.value = { at: 'sent', name: file.name }
  else if (outcome.kind === 'cancelled') step.value = { at: 'cancelled' }
  else step.value = { at: 'refused', code: outcome.code, size: file.size }
}

function Sending({ step }: { step: Signal<Step> }) {
  const button = useRef<HTMLDivElement>(null)
  // the button that was pressed is gone: the keyboard goes on where it can
  useEffect(() => button.current?.querySelector('button')?.focus(), [])
  const { value } = step
  if (value.at !== 'sending') return null
  const percent = Math.floor(value.part * 100)
  return (
    <div ref={button}>
      <label class="file-chosen" for="file-progress">
        {t('file-sending', { name: value.file.name })}
      </label>
      <progress id="file-progress" max={100} value={percent} />
      <p class="hint">{percent < 100 ? t('file-percent', { percent }) : t('file-checking')}</p>
      <Button onClick={value.upload.cancel}>{t('file-cancel')}</Button>
    </div>
  )
}

/** What came of it, spoken. */
function Said({ step }: { step: Step }) {
  const said = useRef<HTMLDivElement>(null)
  const ended = step.at === 'sent' || step.at === 'cancelled' || step.at === 'refused'
  // what had the focus went with the upload
  useEffect(() => {
    if (ended && document.activeElement === document.body)
      said.current?.closest('section')?.querySelector('button')?.focus()
  }, [ended])
  return (
    <div ref={said} role={step.at === 'refused' ? 'alert' : 'status'}>
      {step.at === 'sent' && (
        <p class="strip strip-good">
          <Icon name="check" />
          <span>
            {t('file-sent')} <span class="file-name">{step.name}</span>
          </span>
        </p>
      )}
      {step.at === 'cancelled' && <p class="strip strip-warning">{t('file-cancelled')}</p>}
      {step.at === 'refused' && (
        <p class="strip strip-error">
          <Icon name="warning" />
          <span>{faultWords(step.code, step.size)}</span>
        </p>
      )}
    </div>
  )
}

function faultWords(code: RefusalCode | 'network', size: number): string {
  if (code === 'too_long') return t('file-large', { size: sizeOf(size) })
  if (code === 'full') return t('file-full')
  if (code === 'out_of_order') return t('file-late')
  if (code === 'network') return t('file-network')
  return t(`refusal-${code}`)
}
