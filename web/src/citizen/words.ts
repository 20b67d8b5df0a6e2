import { type Files, translator } from '../shared/i18n'
import type { CitizenWords, SharedWords } from '../shared/words'

export const t = translator<SharedWords & CitizenWords>()

export const FILES: Files = import.meta.glob<string>(
  ['../../../locales/*/shared.ftl', '../../../locales/*/citizen.ftl'],
  { query: '?raw', import: 'default' },
)
