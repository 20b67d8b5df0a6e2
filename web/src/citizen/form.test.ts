import { expect, it } from 'vitest'
import { type FormFault, faultsOf, tidied } from './form'

function check(name: string, document: string, expected: FormFault[]) {
  expect(faultsOf({ name, document })).toEqual(expected)
}

it('says what is wrong with a name and a document number', () => {
  check('Ana Paz', '20.345.678', [])
  check('Ana', 'X-1234567-Ñ', [])
  check('  ', ' ', ['name-missing', 'document-missing'])
  check('á'.repeat(120), '123', [])
  check('á'.repeat(121), '12', ['name-long', 'document-wrong'])
  check('Ana', '123/456', ['document-wrong'])
  check('Ana', '1'.repeat(21), ['document-wrong'])
})

it('spaces are nobody’s name and no part of a number', () => {
  expect(tidied({ name: '  Ana   Paz ', document: ' 20 345 678' })).toEqual({ name: 'Ana Paz', document: '20345678' })
})
