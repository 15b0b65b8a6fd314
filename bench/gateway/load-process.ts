import { type Measured, measure } from './load.ts'
import { request } from './requests.ts'

// A process of its own, so that its event loop is not the measured server's: one job per message.
export interface Job {
  url: string
  keys: string[]
  extraHeaders: Record<string, string>
  kind: 'hit' | 'miss'
  shape: 'judgment' | 'chat'
  /** Makes the misses of this job differ from those of all others. */
  round: number
  connections: number
  seconds: number
}

process.on('message', async (job: Job) => {
  const { keys, extraHeaders, kind, shape, round, ...rest } = job
  const result: Measured = await measure({
    ...rest,
    headers: (serial) => ({ authorization: `Bearer ${keys[serial % keys.length]}`, ...extraHeaders }),
    body: (serial) => request(shape, kind === 'hit' ? 'known' : `${round}-${serial}`),
  })
  process.send?.(result)
})
