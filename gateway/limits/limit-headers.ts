import type { LimitReport, LimitState } from './limits.ts'

/**
 * Headers with the caller's limits, as in the IETF draft (`RateLimit`, `RateLimit-Policy`) and those that
 * clients of OpenAI's API read (`x-ratelimit-*`).
 */
export function limitHeaders({ requests, tokens }: LimitReport): Record<string, string> {
  return {
    'ratelimit-policy': `"requests";q=${requests.limit};w=60, "tokens";q=${tokens.limit};w=86400`,
    ratelimit: `"requests";r=${requests.remaining};t=${seconds(requests)}, "tokens";r=${tokens.remaining};t=${seconds(tokens)}`,
    'x-ratelimit-limit-requests': String(requests.limit),
    'x-ratelimit-remaining-requests': String(requests.remaining),
    'x-ratelimit-reset-requests': `${seconds(requests)}s`,
    'x-ratelimit-limit-tokens': String(tokens.limit),
    'x-ratelimit-remaining-tokens': String(tokens.remaining),
    'x-ratelimit-reset-tokens': `${seconds(tokens)}s`,
  }
}

const seconds = ({ resetMs }: LimitState) => Math.ceil(resetMs / 1000)
