// When to try again after a lost connection. Pure: chance is an argument.

const FIRST_DELAY_MS = 500
/** A citizen in line must be back well within the server's grace, so waits never grow beyond this. */
const DELAY_MS_MAX = 8_000
/** In a call every second counts, and few are in calls. */
const DELAY_IN_CALL_MS_MAX = 1_000

/** Wait before attempt number `attempt` (from 0): doubling, capped, and spread by `chance` in [0, 1) over its upper half,
 * so that a restarted server is not met by everybody at once. */
export function delayBeforeMs(attempt: number, chance: number, where: 'waiting' | 'in_call' = 'waiting'): number {
  const max = where === 'in_call' ? DELAY_IN_CALL_MS_MAX : DELAY_MS_MAX
  const whole = Math.min(max, FIRST_DELAY_MS * 2 ** Math.min(attempt, 10))
  return whole / 2 + (whole / 2) * chance
}
