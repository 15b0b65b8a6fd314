import type { Miniflare } from 'miniflare'

/** The triggers of wrangler.toml: health checks of the nodes, and the access gate's maintenance. */
const crons = ['* * * * *', '*/5 * * * *']

/** The first requests after a start come before the first run. */
const firstRunMs = 1_000
const everyMs = 60_000

/** Runs the gateway's scheduled work a second after the start and then every minute. Returns the function that stops it. */
export function startClock(miniflare: Miniflare): () => Promise<void> {
  const tick = async () => {
    const worker = await miniflare.getWorker()
    for (const cron of crons) await worker.scheduled({ cron })
  }
  // A run that fails is logged by the gateway; the next one takes up what it left.
  const run = () => void tick().catch(() => undefined)
  const first = setTimeout(run, firstRunMs).unref()
  const timer = setInterval(run, everyMs).unref()
  return async () => {
    clearTimeout(first)
    clearInterval(timer)
  }
}
