import type { Miniflare } from 'miniflare'

/** The triggers of wrangler.toml: health checks of the nodes, and the access gate's maintenance. */
const crons = ['* * * * *', '*/5 * * * *']

/** Runs the gateway's scheduled work at once and then every minute. Returns the function that stops it. */
export function startClock(miniflare: Miniflare): () => Promise<void> {
  const tick = async () => {
    const worker = await miniflare.getWorker()
    for (const cron of crons) await worker.scheduled({ cron })
  }
  // A run that fails is logged by the gateway; the next one takes up what it left.
  const run = () => void tick().catch(() => undefined)
  run()
  const timer = setInterval(run, 60_000)
  timer.unref()
  return async () => clearInterval(timer)
}
