// The code of a second machine that is being joined, as a page holds it until it was seen.
import type { ToPerson } from './protocol'

/** A code that the server gave. */
export type Pairing = Extract<ToPerson, { type: 'pairing_code' }>
