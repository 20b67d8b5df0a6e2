import { describe, expect, test } from 'vitest'
import type { DeviceStates } from './protocol'
import { done, NO_TALK, said, unasked } from './talk'

const OFF: DeviceStates = { camera: 'off', microphone: 'off' }
const line = (number: number, from: number, text: string, live = false) => ({ number, from, text, at_ms: 0, live })

describe('what is said beside talking', () => {
  test('a question is shown once, and goes when it is answered or needs no answer any more', () => {
    const ask = { type: 'asked', device: 'camera' } as const
    const asked = said(said(NO_TALK, ask, 3, OFF), ask, 3, OFF)
    expect(asked.asked).toEqual(['camera'])
    expect(done(asked, { type: 'answered', device: 'camera' }).asked).toEqual([])
    expect(unasked(asked, { ...OFF, camera: 'on' }).asked).toEqual([])
    expect(said(NO_TALK, ask, 3, { ...OFF, camera: 'on' }).asked).toEqual([])
    expect(unasked(asked, OFF)).toBe(asked)
  })

  test('a line that another writes opens the panel, one’s own does not', () => {
    const writes = (from: number) => said(NO_TALK, { type: 'live_text', line: { from, text: 'hol' } }, 3, OFF)
    expect([writes(1).live.open, writes(3).live.open]).toEqual([true, false])
  })

  test('a finished line takes the place of the one that was being written', () => {
    const writing = said(NO_TALK, { type: 'live_text', line: { from: 1, text: 'hola' } }, 3, OFF)
    const finished = said(writing, { type: 'chat', line: line(1, 1, 'hola', true) }, 3, OFF)
    expect([finished.live.lines.size, finished.chat.lines.length]).toEqual([0, 1])
  })

  test('a history replaces the chat and what was being written; it is what follows that counts', () => {
    const writing = said(NO_TALK, { type: 'live_text', line: { from: 1, text: 'hola' } }, 3, OFF)
    const back = said(writing, { type: 'chat_history', lines: [line(1, 2, 'Buen día')] }, 3, OFF)
    expect([back.live.lines.size, back.chat.lines.length, back.live.open]).toEqual([0, 1, true])
  })

  test('a link is there until it was seen', () => {
    const invitation = { number: 3, role: 'interpreter', token: 'x' } as const
    const made = said(NO_TALK, { type: 'invited', invitation }, 1, OFF)
    expect(made.invitation).toEqual(invitation)
    expect(done(made, { type: 'invitation_seen' }).invitation).toBeNull()
  })
})
