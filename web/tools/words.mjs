// @ts-check
// Makes src/shared/words.ts, the typed keys of the words in ../locales, and proves that the languages agree:
// the same messages, each with the same variables. `--check` only compares, for CI.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, Visitor } from '@fluent/syntax'

const LANGUAGES = ['es-AR', 'es-ES', 'es-CO', 'en']
/** Files whose words views may use; notice.ftl reaches the screen through the server, which stores its hash. */
const FILES = ['shared', 'citizen', 'operator', 'office', 'guest', 'machine']
const CHECKED_ONLY = ['notice']
const LOCALES = join(import.meta.dirname, '../../locales')
const OUT = join(import.meta.dirname, '../src/shared/words.ts')

/** @type {string[]} */
const faults = []

/** Variables of one message, with the type that its use asks for. */
class Variables extends Visitor {
  /** @type {Map<string, 'number' | 'string | number'>} */
  found = new Map()
  /** @param {any} node */
  visitSelectExpression(node) {
    const plural = node.variants.some((/** @type {any} */ variant) => ['one', 'many', 'few'].includes(variant.key.name))
    if (plural && node.selector.type === 'VariableReference') this.found.set(node.selector.id.name, 'number')
    this.genericVisit(node)
  }
  /** @param {any} node */
  visitVariableReference(node) {
    if (!this.found.has(node.id.name)) this.found.set(node.id.name, 'string | number')
  }
}

/**
 * @param {string} language
 * @param {string} file
 */
function messagesOf(language, file) {
  const path = join(LOCALES, language, `${file}.ftl`)
  /** @type {Map<string, Map<string, string>>} */
  const messages = new Map()
  for (const entry of parse(readFileSync(path, 'utf8'), {}).body) {
    if (entry.type === 'Junk') faults.push(`${path}: cannot be read: ${entry.content.trim().slice(0, 60)}`)
    if (entry.type !== 'Message') continue
    if (messages.has(entry.id.name)) faults.push(`${path}: ${entry.id.name} twice`)
    const variables = new Variables()
    variables.visit(entry)
    messages.set(entry.id.name, variables.found)
  }
  return messages
}

/** @param {Map<string, string> | undefined} variables */
const names = (variables) => [...(variables?.keys() ?? [])].sort().join(', ')

/** @param {string} file */
function agreed(file) {
  const [first, ...others] = LANGUAGES.map((language) => ({ language, messages: messagesOf(language, file) }))
  if (!first) throw new Error('no language')
  for (const other of others) {
    for (const [key, variables] of first.messages) {
      if (!other.messages.has(key)) faults.push(`${other.language}/${file}.ftl: ${key} is missing`)
      else if (names(variables) !== names(other.messages.get(key)))
        faults.push(
          `${other.language}/${file}.ftl: ${key} has variables [${names(other.messages.get(key))}], not [${names(variables)}]`,
        )
    }
    for (const key of other.messages.keys())
      if (!first.messages.has(key)) faults.push(`${other.language}/${file}.ftl: ${key} is not in ${first.language}`)
  }
  return first.messages
}

/** @param {string} text */
const typeName = (text) => `${text[0]?.toUpperCase()}${text.slice(1)}Words`

function generated() {
  let out = '// Generated from locales/ by tools/words.mjs (`npm run words`); do not edit.\n'
  for (const file of FILES) {
    out += `\nexport interface ${typeName(file)} {\n`
    for (const [key, variables] of agreed(file)) {
      const fields = [...variables].map(([name, type]) => `${name}: ${type}`).join('; ')
      out += `  '${key}': ${fields ? `{ ${fields} }` : 'undefined'}\n`
    }
    out += '}\n'
  }
  for (const file of CHECKED_ONLY) agreed(file)
  return out
}

const expected = generated()
if (process.argv.includes('--check')) {
  if (readFileSync(OUT, 'utf8') !== expected) faults.push('src/shared/words.ts is not up to date: npm run words')
} else if (faults.length === 0) writeFileSync(OUT, expected)
if (faults.length > 0) {
  process.stderr.write(`${faults.join('\n')}\n`)
  process.exitCode = 1
}
