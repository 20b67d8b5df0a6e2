// What is typed before a turn is taken, and what is wrong with it. The server checks again.

export interface Fields {
  name: string
  document: string
}

export type FormFault = 'name-missing' | 'name-long' | 'document-missing' | 'document-wrong'

export const NO_FIELDS: Fields = { name: '', document: '' }

/** As the server says in `TakeTurn`. */
const NAME_CHARS_MAX = 120
const DOCUMENT = /^[\p{L}\p{N}.-]{3,20}$/u

/** Spaces around, and doubled inside, are nobody's name. */
export function tidied(fields: Fields): Fields {
  return { name: fields.name.trim().replace(/\s+/g, ' '), document: fields.document.replace(/\s+/g, '') }
}

export function faultsOf(fields: Fields): FormFault[] {
  const { name, document } = tidied(fields)
  const faults: FormFault[] = []
  if (name === '') faults.push('name-missing')
  else if ([...name].length > NAME_CHARS_MAX) faults.push('name-long')
  if (document === '') faults.push('document-missing')
  else if (!DOCUMENT.test(document)) faults.push('document-wrong')
  return faults
}

/** The fault that a refusal of this field tells; none for a field that is not on the screen. */
export function faultOfServer(field: string): FormFault | null {
  if (field === 'name') return 'name-long'
  return field === 'document' ? 'document-wrong' : null
}

/** Id of the box that a fault belongs to. */
export function fieldOf(fault: FormFault): keyof Fields {
  return fault.startsWith('name') ? 'name' : 'document'
}
