// The frame of every screen: one heading that takes the focus when the screen changes, one language switch, one line
// that says how the connection is.
import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { isLanguage, LANGUAGES, language, useLanguage } from '../i18n'
import type { RefusalCode } from '../protocol'
import type { LinkState } from '../signalling'
import { t } from '../words_shared'
import { Icon } from './icon'

/** The document has one focus, whichever screen holds it: what was drawn before decides whether it moves. */
let screenBefore: string | null = null

interface PageProps {
  /** Changes when the screen changes: the focus goes to the heading then. */
  screen: string
  title: string
  product: string
  /** The page has faults to mend: its title says so. */
  faulty?: boolean
  /** Shown in the tab's title while set, to call people back from another tab. */
  alert?: string | undefined
  link?: LinkState | undefined
  /** What people need to know while the connection is lost. */
  comfort?: string
  refusal?: RefusalCode | 'network' | null | undefined
  /** Something above the heading: a way back. */
  before?: ComponentChildren
  /** At the end of the header. */
  aside?: ComponentChildren
  footer?: ComponentChildren
  width?: 'text' | 'wide' | 'full'
  /** The heading is for those who listen only; the screen is its own picture. */
  quietHeading?: boolean
  onLanguage?: () => void
  children: ComponentChildren
}

export function Page(props: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  const product = props.product
  const title = props.alert
    ? t('title-alert', { title: props.alert, product })
    : t('title-page', { title: props.faulty ? t('title-error', { title: props.title }) : props.title, product })

  useEffect(() => {
    document.title = title
  }, [title])

  // the screen is not read, its change is the reason
  useLayoutEffect(() => {
    // On loading, the browser's own order is right; later changes of screen are told by moving the focus: in the same
    // moment, so that nobody who types at once is interrupted.
    if (screenBefore !== null && screenBefore !== 'entering' && screenBefore !== props.screen) {
      heading.current?.focus({ preventScroll: true })
      scrollTo(0, 0)
    }
    screenBefore = props.screen
  }, [props.screen])

  return (
    <>
      <a class="skip" href="#main">
        {t('skip')}
      </a>
      <header class="top">
        <div class="top-inner">
          <p class="top-product">
            <span class="top-mark" aria-hidden="true" />
            {product}
          </p>
          <div class="top-tools">
            {props.aside}
            <LanguageSwitch onLanguage={props.onLanguage} />
          </div>
        </div>
      </header>
      <LinkLine link={props.link} comfort={props.comfort} />
      <main id="main" class={`main main-${props.width ?? 'text'}`} data-screen={props.screen} tabIndex={-1}>
        {props.before}
        {props.refusal && <RefusalLine code={props.refusal} />}
        <h1 ref={heading} tabIndex={-1} class={props.quietHeading ? 'heading-quiet' : undefined}>
          {props.title}
        </h1>
        {props.children}
      </main>
      {props.footer && <footer class="bottom">{props.footer}</footer>}
    </>
  )
}

function LanguageSwitch({ onLanguage }: { onLanguage?: (() => void) | undefined }) {
  const change = async (value: string) => {
    if (!isLanguage(value)) return
    await useLanguage(value)
    onLanguage?.()
  }
  return (
    <label class="language">
      <span class="language-label">{t('language')}</span>
      <select value={language.value} onChange={(event) => void change(event.currentTarget.value)}>
        {LANGUAGES.map((one) => (
          <option key={one} value={one} lang={one}>
            {t(`language-${one}`)}
          </option>
        ))}
      </select>
    </label>
  )
}

/** The good news stays long enough to be read, and then goes by itself. */
const BACK_SHOWN_MS = 8_000

/** In words, never by colour alone. The box is always there, so that readers hear its change. */
function LinkLine({ link, comfort }: { link: LinkState | undefined; comfort: string | undefined }) {
  const lost = link === 'reconnecting'
  const back = useSignal(false)
  const wasLost = useRef(false)
  useEffect(() => {
    if (lost) wasLost.current = true
    if (link !== 'open' || !wasLost.current) return
    wasLost.current = false
    back.value = true
    const timer = setTimeout(() => {
      back.value = false
    }, BACK_SHOWN_MS)
    return () => {
      clearTimeout(timer)
      back.value = false
    }
  }, [link, lost, back])
  return (
    <div class="link-line" role="status">
      {lost && (
        <p class="strip strip-warning">
          <Icon name="warning" />
          {t('link-reconnecting')} {comfort}
        </p>
      )}
      {back.value && !lost && (
        <p class="strip strip-good">
          <Icon name="check" />
          {t('link-back')}
        </p>
      )}
    </div>
  )
}

function RefusalLine({ code }: { code: RefusalCode | 'network' }) {
  return (
    <p class="strip strip-error" role="alert">
      <Icon name="warning" />
      {t(`refusal-${code}`)}
    </p>
  )
}
