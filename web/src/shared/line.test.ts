import { expect, it } from 'vitest'
import { badgeOf, isBad, troubleOf } from './line'
import type { LineState } from './protocol'

const line = (...troubles: LineState['troubles']): LineState => ({
  level: troubles.length > 0 ? 'unstable' : 'stable',
  troubles,
  relief: 'repairing',
})

it('one trouble is told, the one that matters most to a conversation', () => {
  expect(troubleOf(line())).toBeNull()
  expect(troubleOf(line('picture_down', 'voice_down'))).toBe('voice_down')
  expect(troubleOf(line('voice_up', 'line'))).toBe('line')
})

it('the badge says what the browser knows first, then what the server judged', () => {
  expect(badgeOf('open', 'connected', 'stable')).toBe('call-connected')
  expect(badgeOf('open', 'connected', 'unstable')).toBe('line-badge-unstable')
  expect(badgeOf('open', 'connected', 'critical')).toBe('line-badge-critical')
  expect(badgeOf('reconnecting', 'connected', 'stable')).toBe('call-disconnected')
  expect(badgeOf('open', 'disconnected', 'critical')).toBe('call-disconnected')
  expect(badgeOf('open', 'lost', 'stable')).toBe('call-lost')
  expect(badgeOf('open', 'connecting', 'critical')).toBe('call-connecting')
})

it('only a line that is good or being made is not red', () => {
  expect(isBad('call-connected') || isBad('call-connecting')).toBe(false)
  expect(isBad('call-disconnected') && isBad('line-badge-unstable') && isBad('line-badge-critical')).toBe(true)
})
