import { expect, it } from 'vitest'
import type { Catalogue } from '../shared/protocol'
import { addressOfChoice, type Choice, choiceOfAddress, NO_CHOICE, placeOf, search } from './catalogue'

const service = (id: number, name: string) => ({ id, name, hours: '', recorded: true, waiting: 0, operators: 1 })
const catalogue: Catalogue = {
  body: 'b',
  offices: [
    {
      id: 1,
      name: 'Ingresos Municipales',
      branch: 's',
      subcategories: [
        { name: 'Automotor', services: [service(1, 'Cambio de radicación'), service(2, 'Libre deuda')] },
        { name: 'ALSMI', services: [service(3, 'Libre deuda')] },
      ],
    },
  ],
}
const names = (text: string) => search(catalogue, text).map((found) => found.service.id)

it('an address says the choice, and nothing else', () => {
  const choices: Choice[] = [
    NO_CHOICE,
    { office: 1, subcategory: null, service: null },
    { office: 1, subcategory: 'Cultura Tributaria & más', service: 7 },
  ]
  for (const choice of choices) {
    const address = new URL(addressOfChoice(choice), 'http://x')
    expect(choiceOfAddress(address.search)).toEqual(choice)
  }
})

it('an address made by a stranger leads as far as it can', () => {
  expect(choiceOfAddress('?oficina=<script>&tramite=-1')).toEqual(NO_CHOICE)
  expect(placeOf(catalogue, { office: 9, subcategory: 'Automotor', service: 1 }).level).toBe('offices')
  expect(placeOf(catalogue, { office: 1, subcategory: 'Nada', service: 1 }).level).toBe('subcategories')
  expect(placeOf(catalogue, { office: 1, subcategory: 'ALSMI', service: 1 }).level).toBe('services')
  expect(placeOf(catalogue, { office: 1, subcategory: 'ALSMI', service: 3 }).level).toBe('form')
})

it('the search knows neither accents nor order of words, and finds by subcategory too', () => {
  expect(names('radicacion cambio')).toEqual([1])
  expect(names('LIBRE')).toEqual([2, 3])
  expect(names('libre automotor')).toEqual([2])
  expect(names('  ')).toEqual([])
  expect(names('zapato')).toEqual([])
})
