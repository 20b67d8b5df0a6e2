// Fields of a form: label above, hint below it, fault between hint and box; and the summary of faults that takes the
// focus, with a link to each field.
import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { t } from '../words_shared'

export interface FieldFault {
  /** Id of the field's box. */
  field: string
  words: string
}

interface FieldProps {
  id: string
  label: string
  hint?: string
  fault?: string | undefined
  value: string
  onInput: (value: string) => void
  onBlur?: () => void
}

interface TextFieldProps extends FieldProps {
  type?: 'text' | 'password' | 'date' | 'search'
  autocomplete?: string
  required?: boolean
  /** Width by the length of what is expected. */
  size?: 'short' | 'medium' | 'full'
  spellcheck?: boolean
  inputmode?: 'numeric'
}

const described = (props: FieldProps) =>
  [props.hint && `${props.id}-hint`, props.fault && `${props.id}-fault`].filter(Boolean).join(' ') || undefined

function Around({ field, children }: { field: FieldProps; children: ComponentChildren }) {
  return (
    <div class={field.fault ? 'field field-faulty' : 'field'}>
      <label for={field.id}>{field.label}</label>
      {field.hint && (
        <p class="hint" id={`${field.id}-hint`}>
          {field.hint}
        </p>
      )}
      {field.fault && (
        <p class="fault" id={`${field.id}-fault`}>
          {field.fault}
        </p>
      )}
      {children}
    </div>
  )
}

export function TextField(props: TextFieldProps) {
  return (
    <Around field={props}>
      <Box {...props} />
    </Around>
  )
}

/** The types allow each kind of box its own roles only: hence a literal for each. */
function Box(props: TextFieldProps) {
  const box = {
    id: props.id,
    name: props.id,
    class: `box box-${props.size ?? 'full'}`,
    value: props.value,
    autocomplete: props.autocomplete ?? 'off',
    spellcheck: props.spellcheck ?? false,
    inputMode: props.inputmode,
    'aria-required': props.required,
    'aria-invalid': props.fault ? true : undefined,
    'aria-describedby': described(props),
    onInput: (event: { currentTarget: HTMLInputElement }) => props.onInput(event.currentTarget.value),
    onBlur: props.onBlur,
  }
  switch (props.type ?? 'text') {
    case 'text':
      return <input type="text" {...box} />
    case 'password':
      return <input type="password" {...box} />
    case 'date':
      return <input type="date" {...box} />
    case 'search':
      return <input type="search" {...box} />
  }
}

export function TextArea(props: FieldProps & { rows?: number }) {
  return (
    <Around field={props}>
      <textarea
        id={props.id}
        name={props.id}
        class="box box-full"
        rows={props.rows ?? 4}
        value={props.value}
        aria-invalid={props.fault ? true : undefined}
        aria-describedby={described(props)}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
    </Around>
  )
}

/** `round` changes with each attempt to send: the focus comes back here each time. */
export function FaultSummary({ faults, round }: { faults: readonly FieldFault[]; round: number }) {
  const box = useRef<HTMLDivElement>(null)
  // each attempt moves the focus, though the faults be the same
  useLayoutEffect(() => {
    box.current?.focus()
  }, [round])
  if (faults.length === 0) return null
  return (
    <div class="summary" role="alert" tabIndex={-1} ref={box} aria-labelledby="summary-title">
      <h2 id="summary-title">{t('summary-title')}</h2>
      <ul>
        {faults.map((fault) => (
          <li key={fault.field}>
            <a
              href={`#${fault.field}`}
              onClick={(event) => {
                event.preventDefault()
                document.getElementById(fault.field)?.focus()
              }}
            >
              {fault.words}
            </a>
          </li>
        ))}
      </ul>
    </div>
  )
}
