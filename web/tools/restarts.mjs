// `npm run restarts [browser] [times] [seconds]`: one call whose server is killed with -9 and started again after so many seconds,
// several times; prints a table in Markdown.
import { Call } from '../e2e/outage.mjs'

const [browser = 'chromium', times = '10', seconds = '0'] = process.argv.slice(2)

const call = await Call.start({ citizen: browser })
const all = []
try {
  for (let run = 0; run < Number(times); run++) {
    all.push(await call.restart(Number(seconds)))
    await new Promise((resolve) => {
      setTimeout(resolve, 3_000)
    })
  }
  const intervals = [...new Set((await call.record()).map((track) => track.interval))]
  process.stdout.write('| ms | least | median | most |\n| --- | --- | --- | --- |\n')
  for (const name of ['away', 'socket', 'down', 'up', 'media']) {
    const sorted = all.map((one) => one[name]).sort((a, b) => a - b)
    process.stdout.write(`| ${name} | ${sorted[0]} | ${sorted[sorted.length >> 1]} | ${sorted.at(-1)} |\n`)
  }
  process.stdout.write(`\n${JSON.stringify(all)}\nIntervals recorded: ${intervals.join(', ')}\n`)
} finally {
  await call.end()
}
