// What a test of a line found, in figures, for whoever helps.
import type { LineTest } from '../protocol'
import { t } from '../words_shared'

export const lineFacts = (test: LineTest) =>
  t('line-test', {
    path: t(`line-path-${test.path}`),
    loss: test.loss_percent,
    kbps: test.kbps,
    rtt: test.rtt_ms,
  })
