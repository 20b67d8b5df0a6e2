// @ts-check
// Draws every fixture state of dev/gallery at several widths in a real Chromium: a picture each, and a list of what is
// wrong: sideways scroll, axe findings, errors of the page.
// Usage: npm run screens [-- out-dir [app/state-prefix [views, such as 1280,360]]].
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium } from 'playwright-core'
import { createServer } from 'vite'

const OUT = process.argv[2] ?? 'e2e/out/screens'
const ONLY = process.argv[3] ?? ''
const WANTED = (process.argv[4] ?? '').split(',').filter((one) => one !== '')
const VIEWS = [
  { name: '1280', width: 1280, height: 860, colorScheme: /** @type {const} */ ('light') },
  { name: '360', width: 360, height: 740, colorScheme: /** @type {const} */ ('light') },
  { name: '1280-dark', width: 1280, height: 860, colorScheme: /** @type {const} */ ('dark') },
  // 1280 at 400 % zoom, where WCAG 1.4.10 asks for no sideways scroll.
  { name: '320', width: 320, height: 640, colorScheme: /** @type {const} */ ('dark') },
]
const FLAGS =
  '--no-sandbox --disable-gpu --use-fake-device-for-media-stream --use-fake-ui-for-media-stream --autoplay-policy=no-user-gesture-required --disable-dev-shm-usage'
const AXE_TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

mkdirSync(OUT, { recursive: true })
const server = await createServer({ server: { port: 0, host: '127.0.0.1' }, logLevel: 'error' })
await server.listen()
const base = `${server.resolvedUrls?.local[0]}dev/index.html`
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS.split(' ') })
/** @type {string[]} */
const findings = []

for (const view of VIEWS.filter(({ name }) => WANTED.length === 0 || WANTED.includes(name))) {
  const context = await browser.newContext({
    viewport: { width: view.width, height: view.height },
    colorScheme: view.colorScheme,
    permissions: ['camera', 'microphone', 'clipboard-write'],
  })
  const page = await context.newPage()
  let current = ''
  page.on('pageerror', (error) => findings.push(`${current}: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.location().url.includes('none.webm'))
      findings.push(`${current}: ${message.text()}`)
  })
  await page.goto(base)
  await page.waitForSelector('#app[data-drawn]')
  const all = (await page.textContent('#app'))?.split(' ').filter((one) => one.startsWith(ONLY)) ?? []
  for (const one of all) {
    const [app, state] = one.split('/')
    current = `${one} at ${view.name}`
    await page.goto(`${base}?app=${app}&state=${state}`)
    await page.waitForSelector('#app[data-drawn]')
    await page.waitForTimeout(150)
    const sideways = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    if (sideways > 0) findings.push(`${current}: ${sideways} px too wide`)
    const { violations } = await new AxeBuilder({ page }).withTags(AXE_TAGS).analyze()
    for (const found of violations)
      findings.push(`${current}: ${found.id}: ${found.nodes.map((node) => node.target.join(' ')).join(', ')}`)
    await page.screenshot({ path: join(OUT, `${app}-${state}-${view.name}.png`), fullPage: true })
  }
  await context.close()
}
await browser.close()
await server.close()
process.stdout.write(`${findings.length === 0 ? 'nothing found' : findings.join('\n')}\n`)
process.exitCode = findings.length === 0 ? 0 : 1
