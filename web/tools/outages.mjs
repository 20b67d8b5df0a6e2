// `npm run outages`: one call in a real browser whose line goes dark again and again; prints a table in Markdown. BROWSER=firefox for
// the citizen in Firefox.
import { Call } from '../e2e/outage.mjs'

const PLAN =
  process.argv.slice(2).length > 0
    ? process.argv.slice(2).map((word) => ({ seconds: Number.parseFloat(word), moved: word.endsWith('m') }))
    : [0, 5, 30]
        .flatMap((seconds) => [true, false].map((moved) => ({ seconds, moved })))
        .filter(({ seconds, moved }) => seconds > 0 || moved)

const call = await Call.start({ citizen: process.env.BROWSER ?? 'chromium' })
try {
  process.stdout.write(
    '| dark s | new port | media both ways ms | down | up | WebSocket ms | connections made |\n| --- | --- | --- | --- | --- | --- | --- |\n',
  )
  for (const plan of PLAN) {
    const { seconds, moved, media, down, up, socket, peers } = await call.outage(plan)
    process.stdout.write(
      `| ${seconds} | ${moved ? 'yes' : 'no'} | ${media} | ${down} | ${up} | ${socket} | ${peers} |\n`,
    )
    await new Promise((resolve) => {
      setTimeout(resolve, 3_000)
    })
  }
  const intervals = [...new Set((await call.record()).map((track) => track.interval))]
  process.stdout.write(`\nIntervals recorded: ${intervals.join(', ')}\n`)
} finally {
  await call.end()
}
