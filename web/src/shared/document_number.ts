// Finds what looks like a document number in a text, for chats that must not hold one (O21). Pure. It only leads to a question:
// where a kind has check digits they must be right, where it has none the shape is enough.

/** Names that people know their documents by; the same in all languages. */
export type DocumentKind = 'DNI' | 'NIE' | 'CUIT' | 'NIT' | 'CC'

const LETTERS = 'TRWAGMYFPDXBNJZSQVHLCKE'
const SEPARATORS = /[.\-\s]/g

interface Shape {
  kind: DocumentKind
  shape: RegExp
  /** Whether the digits, without separators, are one. */
  check: (found: string) => boolean
}

const SHAPES: readonly Shape[] = [
  {
    kind: 'NIE',
    shape: /\b[XYZ][\s.-]?\d{7}[\s.-]?[A-Z]\b/g,
    check: (found) => spanish('012'['XYZ'.indexOf(found[0] ?? '')] + found.slice(1)),
  },
  { kind: 'DNI', shape: /\b\d{2}\.?\d{3}\.?\d{3}[\s-]?[A-Z]\b/g, check: spanish },
  { kind: 'CUIT', shape: /\b(?:20|23|24|25|26|27|30|33|34)[\s.-]?\d{8}[\s.-]?\d\b/g, check: argentine },
  { kind: 'NIT', shape: /\b\d{3}\.?\d{3}\.?\d{3}-\d\b/g, check: colombian },
  // Without check digits: as it is printed, or bare as it is typed.
  { kind: 'CC', shape: /\b1\.?\d{3}\.?\d{3}\.?\d{3}\b/g, check: () => true },
  { kind: 'DNI', shape: /\b\d{1,2}\.\d{3}\.\d{3}\b|\b\d{7,8}\b/g, check: () => true },
]

/** The first kind of document that the text seems to name. */
export function documentIn(text: string): DocumentKind | null {
  const found = text.toUpperCase()
  for (const { kind, shape, check } of SHAPES)
    for (const [one] of found.matchAll(shape)) if (check(one.replace(SEPARATORS, ''))) return kind
  return null
}

/** Eight digits and their letter, modulo 23. */
function spanish(found: string): boolean {
  return LETTERS[Number(found.slice(0, 8)) % 23] === found[8]
}

/** Eleven digits, the last by modulo 11. */
function argentine(found: string): boolean {
  const rest = 11 - (sum(found, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11)
  return Number(found[10]) === (rest === 11 ? 0 : rest)
}

/** Nine digits and one by modulo 11. */
function colombian(found: string): boolean {
  const rest = sum(found, [41, 37, 29, 23, 19, 17, 13, 7, 3]) % 11
  return Number(found[9]) === (rest > 1 ? 11 - rest : rest)
}

function sum(digits: string, weights: readonly number[]): number {
  return weights.reduce((total, weight, at) => total + weight * Number(digits[at]), 0)
}
