import { type Files, translator } from '../shared/i18n'
import type { GuestWords, SharedWords } from '../shared/words'

export const t = translator<SharedWords & GuestWords>()

export const FILES: Files = import.meta.glob<string>(
  ['../../../locales/*/shared.ftl', '../../../locales/*/guest.ftl'],
  {
    query: '?raw',
    import: 'default',
  },
)
