import { describe, expect, it } from 'vitest'
import { restartedAnswer } from './restart'

const ANSWER = [
  'v=0',
  'o=- 77 1 IN IP4 0.0.0.0',
  'a=ice-lite',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'a=ice-ufrag:0100000007abababab00',
  'a=ice-pwd:0123',
  'm=video 9 UDP/TLS/RTP/SAVPF 96',
  'a=ice-ufrag:0100000007abababab00',
  'a=ice-pwd:0123',
  '',
].join('\r\n')

describe('a restart', () => {
  it('has the credentials of its generation in every section, as the server derives them', async () => {
    const restarted = await restartedAnswer(ANSWER, 'ab'.repeat(28), 1)
    // The same in media/src/ice.rs.
    const password = 'a=ice-pwd:9657ebae67d2b46de0bf5294978ac1fd'
    expect(restarted.split('\r\n')).toEqual(
      ANSWER.split('\r\n').map((line) => {
        if (line.startsWith('a=ice-pwd')) return password
        if (line.startsWith('a=ice-ufrag')) return 'a=ice-ufrag:0100000007abababab01'
        return line.replace('o=- 77 1 ', 'o=- 77 2 ')
      }),
    )
  })

  it('names its generation by two digits', async () => {
    expect(await restartedAnswer(ANSWER, 'ab'.repeat(28), 255)).toContain('a=ice-ufrag:0100000007ababababff\r\n')
  })
})
