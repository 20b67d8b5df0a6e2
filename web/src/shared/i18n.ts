// The language of the page and its words. A page has one language, as it has one `lang` attribute: this is the only
// state that lives in a module. Words are Fluent messages bundled with the app; nothing is asked of the network but
// the file of the chosen language.
import { FluentBundle, FluentResource } from '@fluent/bundle'
import { type ReadonlySignal, signal } from '@preact/signals'

export const LANGUAGES = ['es-AR', 'es-ES', 'es-CO', 'en'] as const
export type Language = (typeof LANGUAGES)[number]

/** Language of an office that says nothing else. */
const LANGUAGE_DEFAULT: Language = 'es-AR'
/** One for each app, as with the cookies: three roles may share a browser and not a language. */
let storageKey = 'ventanilla-language'

/** File of one language, loaded when it is chosen: `import.meta.glob('…/*.ftl', { query: '?raw' })`. */
export type Files = Record<string, () => Promise<string>>

/** Words of the app with their variables, one signature per key; a missing key does not compile. */
export type Translate<Words> = <Key extends keyof Words & string>(
  key: Key,
  ...variables: Words[Key] extends undefined ? [] : [Words[Key]]
) => string

const bundle = signal<FluentBundle | null>(null)
const current = signal<Language>(LANGUAGE_DEFAULT)
let files: Files = {}

export const language: ReadonlySignal<Language> = current

export function isLanguage(text: string | null): text is Language {
  return LANGUAGES.some((one) => one === text)
}

/** The language to begin with: the one chosen before, else the browser's own Spanish, else the office's. */
export function firstLanguage(stored: string | null, preferred: readonly string[]): Language {
  if (isLanguage(stored)) return stored
  const spanish = preferred.find((one) => one.startsWith('es-') && isLanguage(one))
  return isLanguage(spanish ?? null) ? (spanish as Language) : LANGUAGE_DEFAULT
}

/** Loads the first language; the app draws nothing before this is done. */
export async function startWords(app: string, appFiles: Files): Promise<void> {
  files = appFiles
  storageKey = `ventanilla-language-${app}`
  await useLanguage(firstLanguage(localStorage.getItem(storageKey), navigator.languages))
}

export async function useLanguage(next: Language): Promise<void> {
  const paths = Object.keys(files).filter((path) => path.includes(`/${next}/`))
  const texts = await Promise.all(paths.map((path) => files[path]?.() ?? ''))
  bundle.value = bundleOf(next, texts)
  current.value = next
  document.documentElement.lang = next
  localStorage.setItem(storageKey, next)
}

export function bundleOf(next: Language, texts: readonly string[]): FluentBundle {
  // No text of ours runs from right to left, and isolation marks would end up in what people copy.
  const made = new FluentBundle(next, { useIsolating: false })
  for (const text of texts) {
    const faults = made.addResource(new FluentResource(text))
    if (faults[0]) throw faults[0]
  }
  return made
}

/** Gives an app its typed `t`; a component that calls it is drawn again when the language changes. */
export function translator<Words>(): Translate<Words> {
  return (key, ...variables) => {
    const pattern = bundle.value?.getMessage(key)?.value
    if (!bundle.value || !pattern) throw new Error(`no words for ${key}`)
    // A variable that a newer or older server did not send leaves a gap in one text, not an empty page.
    const faults: Error[] = []
    const text = bundle.value.formatPattern(pattern, variables[0] ?? {}, faults)
    for (const fault of faults) reportError(fault)
    return text
  }
}

export function timeOfDay(ms: number): string {
  return new Intl.DateTimeFormat(current.value, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(ms)
}

/** With seconds, where the order of facts matters. */
export function exactTime(ms: number): string {
  const format = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const
  return new Intl.DateTimeFormat(current.value, format).format(ms)
}

export function dateAndTime(ms: number): string {
  return new Intl.DateTimeFormat(current.value, { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' }).format(
    ms,
  )
}

/** "4:07", or "1:04:07" from the first hour on; never negative. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60].map((part) => String(part).padStart(2, '0'))
  const hours = Math.floor(seconds / 3600)
  return hours > 0 ? `${hours}:${parts.join(':')}` : parts.join(':').replace(/^0/, '')
}
