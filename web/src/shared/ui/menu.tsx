// The menu button pattern of the ARIA authoring practices: arrows, Home and End move, Escape and Tab shut it, and the focus
// is back on the button before anything that was chosen happens.
import { useSignal } from '@preact/signals'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { Icon, type IconName } from './icon'

export interface MenuItem {
  label: string
  icon: IconName
  onPress: () => void
}

/** The items are asked for when it opens: what they are may have changed without anybody drawing. */
export function Menu({ label, items }: { label: string; items: () => readonly MenuItem[] }) {
  const open = useSignal(false)
  const button = useRef<HTMLButtonElement>(null)
  const list = useRef<HTMLDivElement>(null)
  const entries = () => [...(list.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])]
  // In the same moment: whoever types on must not type elsewhere.
  useLayoutEffect(() => {
    if (open.value) entries()[0]?.focus()
  }, [open.value])
  useEffect(() => {
    if (!open.value) return
    const elsewhere = (event: PointerEvent) => {
      if (!list.current?.parentElement?.contains(event.target as Node)) open.value = false
    }
    addEventListener('pointerdown', elsewhere)
    return () => removeEventListener('pointerdown', elsewhere)
  }, [open.value])
  const shut = () => {
    open.value = false
    button.current?.focus()
  }
  const key = (event: KeyboardEvent) => {
    const all = entries()
    const at = all.indexOf(document.activeElement as HTMLElement)
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key]
    if (to !== undefined) all[(to + all.length) % all.length]?.focus()
    else if (event.key === 'Escape') shut()
    else {
      if (event.key === 'Tab') open.value = false
      return
    }
    event.preventDefault()
  }
  return (
    <div
      class="menu"
      onFocusOut={(event) => {
        const next = event.relatedTarget
        if (next !== null && !event.currentTarget.contains(next as Node)) open.value = false
      }}
    >
      <button
        ref={button}
        type="button"
        class="button button-secondary"
        aria-haspopup="menu"
        aria-expanded={open.value}
        onClick={() => {
          open.value = !open.value
        }}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown') return
          event.preventDefault()
          open.value = true
        }}
      >
        <Icon name="menu" />
        <span>{label}</span>
      </button>
      {open.value && (
        // The focus is always on an item, which is where keys arrive first.
        <div ref={list} class="menu-list" role="menu" aria-label={label} tabIndex={-1} onKeyDown={key}>
          {items().map((item) => (
            <button
              key={item.label}
              type="button"
              class="menu-item"
              role="menuitem"
              tabIndex={-1}
              onClick={() => {
                shut()
                item.onPress()
              }}
            >
              <Icon name={item.icon} />
              {item.label}
            </button>
          ))}
        </div>
      )}
    </div>
  )
}
