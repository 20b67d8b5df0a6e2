// The words that shared views may use.
import { translator } from './i18n'
import type { SharedWords } from './words'

export const t = translator<SharedWords>()
