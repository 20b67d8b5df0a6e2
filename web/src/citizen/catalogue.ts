// The way through the three levels of the catalogue. It lives in the page's address, so that reload and the browser's
// own back button work; it holds no personal data.
import type { Catalogue, CatalogueOffice, CatalogueService, CatalogueSubcategory } from '../shared/protocol'

export interface Choice {
  office: number | null
  subcategory: string | null
  service: number | null
}

export const NO_CHOICE: Choice = { office: null, subcategory: null, service: null }

export function choiceOfAddress(search: string): Choice {
  const asked = new URLSearchParams(search)
  const number = (key: string) => {
    const text = asked.get(key)
    return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null
  }
  return { office: number('oficina'), subcategory: asked.get('categoria'), service: number('tramite') }
}

export function addressOfChoice(choice: Choice): string {
  const asked = new URLSearchParams()
  if (choice.office !== null) asked.set('oficina', String(choice.office))
  if (choice.subcategory !== null) asked.set('categoria', choice.subcategory)
  if (choice.service !== null) asked.set('tramite', String(choice.service))
  const text = asked.toString()
  return text === '' ? '/' : `/?${text}`
}

/** How far a choice leads in this catalogue; an address that names something gone leads as far as it can. */
export type Place =
  | { level: 'offices' }
  | { level: 'subcategories'; office: CatalogueOffice }
  | { level: 'services'; office: CatalogueOffice; subcategory: CatalogueSubcategory }
  | { level: 'form'; office: CatalogueOffice; subcategory: CatalogueSubcategory; service: CatalogueService }

export function placeOf(catalogue: Catalogue, choice: Choice): Place {
  const office = catalogue.offices.find((one) => one.id === choice.office)
  if (!office) return { level: 'offices' }
  const subcategory = office.subcategories.find((one) => one.name === choice.subcategory)
  if (!subcategory) return { level: 'subcategories', office }
  const service = subcategory.services.find((one) => one.id === choice.service)
  return service ? { level: 'form', office, subcategory, service } : { level: 'services', office, subcategory }
}

export interface Found {
  office: CatalogueOffice
  subcategory: CatalogueSubcategory
  service: CatalogueService
}

export function everyService(catalogue: Catalogue): Found[] {
  return catalogue.offices.flatMap((office) =>
    office.subcategories.flatMap((subcategory) =>
      subcategory.services.map((service) => ({ office, subcategory, service })),
    ),
  )
}

const plain = (text: string) =>
  text
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase()

/** Services whose name, subcategory or office has every word typed, whatever the accents. */
export function search(catalogue: Catalogue, text: string): Found[] {
  const words = plain(text).split(/\s+/).filter(Boolean)
  if (words.length === 0) return []
  return everyService(catalogue).filter(({ office, subcategory, service }) => {
    const all = plain(`${service.name} ${subcategory.name} ${office.name}`)
    return words.every((word) => all.includes(word))
  })
}
