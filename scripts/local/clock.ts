import type { Miniflare } from 'miniflare'

/** Runs the gateway's scheduled work once a minute: on this machine nobody else does. Answers how to stop. */
export function startClock(miniflare: Miniflare): () => Promise<void> {
  const tick = async () => {
    const worker = await miniflare.getWorker()
    await worker.scheduled({ cron: '*/5 * * * *' })
  }
  // A run that fails is logged by the gateway; the next one takes up what it left.
  const timer = setInterval(() => void tick().catch(() => undefined), 60_000)
  timer.unref()
  return async () => clearInterval(timer)
}
