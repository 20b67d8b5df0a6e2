import { expect, test } from 'vitest'
import { encodingOf, LAYERS } from './peer'

test('two people send one whole picture, more send three sizes of it, lowest first', () => {
  const all = (layers: 'one' | 'several') => LAYERS.map((_, number) => encodingOf(number, layers))
  expect(all('one').map(({ active }) => active)).toEqual([true, false, false])
  expect(all('one')[0]?.scaleResolutionDownBy).toBe(1)
  expect(all('several').every(({ active }) => active)).toBe(true)
  expect(all('several').map(({ scaleResolutionDownBy }) => scaleResolutionDownBy)).toEqual([4, 2, 1])
  const rates = all('several').map(({ maxBitrate }) => maxBitrate)
  expect(rates).toEqual([...rates].sort((a, b) => a - b))
})
