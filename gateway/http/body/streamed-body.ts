import { createMiddleware } from 'hono/factory'
import type { GatewayEnv } from '../context.ts'

/** An upload of hundreds of megabytes over a slow line takes minutes. */
const timeLimits = { totalMs: 1_200_000, pauseMs: 30_000 }

/** Marks a route that reads its body as it arrives, through `incoming.chunks()`. */
export const streamedBody = (maxBytes: number) =>
  createMiddleware<GatewayEnv>(async (c, next) => {
    c.get('incoming').open({ maxBytes, ...timeLimits })
    await next()
  })
