import type { GatewayContext } from '../http/context.ts'

/** The address a request came from, as Cloudflare saw it; clients cannot set this header there. */
export const clientAddress = (c: GatewayContext) => c.req.header('cf-connecting-ip') ?? 'unknown'
