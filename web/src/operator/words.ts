import { type Files, translator } from '../shared/i18n'
import type { OperatorWords, SharedWords } from '../shared/words'

export const t = translator<SharedWords & OperatorWords>()

export const FILES: Files = import.meta.glob<string>(
  ['../../../locales/*/shared.ftl', '../../../locales/*/operator.ftl'],
  { query: '?raw', import: 'default' },
)
