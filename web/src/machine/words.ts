import { type Files, translator } from '../shared/i18n'
import type { MachineWords, SharedWords } from '../shared/words'

export const t = translator<SharedWords & MachineWords>()

export const FILES: Files = import.meta.glob<string>(
  ['../../../locales/*/shared.ftl', '../../../locales/*/machine.ftl'],
  { query: '?raw', import: 'default' },
)
