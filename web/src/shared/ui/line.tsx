// A line in trouble: red, an icon, and in words what is wrong and what is being done about it.
import type { ComponentChildren } from 'preact'
import { troubleOf } from '../line'
import type { LineState } from '../protocol'
import { t } from '../words_shared'
import { Icon } from './icon'

interface StripProps {
  title: string
  /** The first sentence is spoken when it changes, the rest is there to read: relief comes and goes too often to be spoken. */
  spoken: boolean
  testId: string
  children: ComponentChildren
}

export function LineStrip({ title, spoken, testId, children }: StripProps) {
  return (
    <div class="line-strip" data-testid={testId}>
      {/* Always there, so that it is a live region before it has anything to say. */}
      <p class={title ? 'line-strip-title' : 'line-strip-none'} role={spoken ? 'status' : undefined}>
        {title && <Icon name="warning" />}
        {title}
      </p>
      {title && <p class="line-strip-text">{children}</p>}
    </div>
  )
}

/** The own line; the badge above is the live region. */
export function OwnLine({ line }: { line: LineState | undefined }) {
  const trouble = line && troubleOf(line)
  return (
    <LineStrip
      title={line && line.level !== 'stable' ? t(`line-own-${line.level}`) : ''}
      spoken={false}
      testId="own-line"
    >
      {trouble && t(`line-trouble-${trouble}`)} {line && t(`line-relief-${line.relief}`)}
    </LineStrip>
  )
}
