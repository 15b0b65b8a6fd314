import type { DeliveryFailure } from '../../schema/api/webhooks.ts'
import { type AddressRule, checkAddress } from './check-address.ts'
import { type SignedMessage, signMessage } from './signature.ts'

/** Timeout for the receiver's answer. */
const timeoutMs = 10_000
/** A receiver that asks for a later attempt is given at most this long. */
const maxRetryAfterMs = 6 * 3_600_000

export interface SendParts {
  rule: AddressRule
  /** Reaches public addresses alone where the platform can enforce it. */
  fetch: typeof fetch
}

export type SendResult =
  | { httpStatus: number; failure: null }
  | { httpStatus: number | null; failure: DeliveryFailure; retryAfterMs: number }

/** Sends a message once. A redirect is a failure: what it points to was never checked. */
export async function sendMessage(
  { rule, fetch }: SendParts,
  url: string,
  message: SignedMessage,
  secrets: readonly Uint8Array[],
): Promise<SendResult> {
  if (checkAddress(url, rule) !== null) return { httpStatus: null, failure: 'address', retryAfterMs: 0 }
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      signal,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'keval-edge',
        ...(await signMessage(message, secrets)),
      },
      body: message.body,
    })
    await response.body?.cancel()
    const { status, ok } = response
    if (ok) return { httpStatus: status, failure: null }
    const isRedirect = status >= 300 && status < 400
    const retryAfterMs = parseRetryAfter(response.headers.get('retry-after'))
    return { httpStatus: status, failure: isRedirect ? 'redirect' : 'status', retryAfterMs }
  } catch {
    const failure = signal.aborted ? 'timeout' : 'connection'
    return { httpStatus: null, failure, retryAfterMs: 0 }
  }
}

function parseRetryAfter(value: string | null): number {
  const seconds = Number(value ?? 0)
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds * 1000, maxRetryAfterMs) : 0
}
