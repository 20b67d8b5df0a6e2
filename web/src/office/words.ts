import { type Files, translator } from '../shared/i18n'
import type { OfficeWords, SharedWords } from '../shared/words'

export const t = translator<SharedWords & OfficeWords>()

export const FILES: Files = import.meta.glob<string>(
  ['../../../locales/*/shared.ftl', '../../../locales/*/office.ftl'],
  {
    query: '?raw',
    import: 'default',
  },
)
