import { describe, expect, it } from 'vitest'
import { bundleOf, LANGUAGES } from './i18n'

const files = import.meta.glob<string>('../../../locales/*/*.ftl', { query: '?raw', import: 'default', eager: true })
const NAMES = ['shared', 'citizen', 'operator', 'office', 'notice']

// The runtime's parser is laxer than that of tools/words.mjs: this shows that what was checked there is drawn here.
describe('every text of every language', () => {
  for (const language of LANGUAGES)
    for (const name of NAMES)
      it(`${language}/${name} is drawn without a hole`, () => {
        const text = files[`../../../locales/${language}/${name}.ftl`]
        if (text === undefined) throw new Error('no such file')
        const bundle = bundleOf(language, [text])
        const ids = [...text.matchAll(/^([a-z][\w-]*) =/gm)].map((found) => found[1] ?? '')
        expect(ids.length).toBeGreaterThan(5)
        for (const id of ids) {
          const message = bundle.getMessage(id)
          if (!message?.value) throw new Error(`${id} has no value`)
          const variables = [...text.matchAll(/\$(\w+)/g)].map((found) => [found[1], 2] as const)
          const drawn = bundle.formatPattern(message.value, Object.fromEntries(variables))
          expect(drawn, id).not.toMatch(/[{}$]|\?\?\?/)
          expect(drawn.trim(), id).not.toBe('')
        }
      })
})
