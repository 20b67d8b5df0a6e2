import type { ComponentChildren } from 'preact'
import { Icon, type IconName } from './icon'

interface ButtonProps {
  /** One `primary` a screen: the step that leads on. */
  kind?: 'primary' | 'secondary' | 'danger' | 'quiet' | 'on'
  icon?: IconName
  type?: 'button' | 'submit'
  disabled?: boolean
  /** Only where the visible words need their surroundings to be understood. */
  label?: string
  pressed?: boolean
  expanded?: boolean
  testid?: string
  onClick?: () => void
  children: ComponentChildren
}

export function Button({ kind = 'secondary', icon, type = 'button', ...rest }: ButtonProps) {
  return (
    <button
      type={type}
      class={`button button-${kind}`}
      disabled={rest.disabled}
      aria-label={rest.label}
      aria-pressed={rest.pressed}
      aria-expanded={rest.expanded}
      data-testid={rest.testid}
      onClick={rest.onClick}
    >
      {icon && <Icon name={icon} />}
      <span>{rest.children}</span>
    </button>
  )
}
