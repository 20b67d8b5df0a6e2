// How a screen looks: axe finds nothing, nothing scrolls sideways at 1280 and 360 pixels, and a picture is kept for human eyes.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const OUT = fileURLToPath(new URL('./out/', import.meta.url));
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

mkdirSync(OUT, { recursive: true });

export async function look(page, name) {
  // A page in a tab behind is never painted: its picture would be waited for in vain.
  await page.bringToFront();
  for (const [width, height] of [[1280, 900], [360, 740]]) {
    await page.setViewport({ width, height });
    await page.screenshot({ path: `${OUT}${name}-${width}.png`, fullPage: true });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(wide <= 0, `${name} scrolls sideways by ${wide} px at ${width} px`);
    await page.evaluate(AXE);
    const violations = await page.evaluate(async (values) => {
      const result = await globalThis.axe.run(document, { runOnly: { type: 'tag', values } });
      return result.violations.map((one) => `${one.id}: ${one.help} — ${one.nodes.slice(0, 3).map((node) => node.html).join(' | ')}`);
    }, RULES);
    assert.deepEqual(violations, [], `${name} at ${width} px`);
  }
  await page.setViewport({ width: 1280, height: 900 });
}
