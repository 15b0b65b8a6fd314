import { z } from 'zod'
import {
  type NodeJoin,
  type NodeLease,
  type NodeRenewal,
  nodeJoined,
  nodeLease,
} from '../../schema/api/node-join.ts'

/** A refusal that trying again does not mend, such as a used token or a taken id. */
export class JoinRefused extends Error {}

export interface Lease {
  /** Milliseconds until the next renewal. */
  renewAfterMs: number
  /** Milliseconds for which requests may still arrive after the node said that it leaves. */
  serveMs: number
}

const timeoutMs = 15_000
const problem = z.object({ detail: z.string().max(2_000) })
const refusals = [400, 401, 403, 404, 409, 413, 422]

/** The calls of a node to the gateway that it joins. */
export class GatewayClient {
  readonly #gateway: string

  constructor(gateway: string) {
    this.#gateway = gateway.replace(/\/+$/, '')
  }

  /** @throws JoinRefused when the gateway takes neither this token nor this node */
  async join(token: string, request: NodeJoin, signal: AbortSignal): Promise<Lease & { credential: string }> {
    const answer = nodeJoined.parse(await this.#send('POST', '/nodes/v1/join', token, request, signal))
    return { credential: answer.credential, ...toLease(answer) }
  }

  /** @throws JoinRefused when the credential is not valid */
  async renew(id: string, credential: string, renewal: NodeRenewal, signal: AbortSignal): Promise<Lease> {
    const path = `/nodes/v1/${encodeURIComponent(id)}/lease`
    const answer = nodeLease.parse(await this.#send('PUT', path, credential, renewal, signal))
    return toLease(answer)
  }

  async #send(
    method: string,
    path: string,
    bearer: string,
    body: object,
    signal: AbortSignal,
  ): Promise<unknown> {
    const response = await fetch(this.#gateway + path, {
      method,
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    })
    const answer: unknown = await response.json().catch(() => null)
    if (response.ok) return answer
    const parsed = problem.safeParse(answer)
    const explanation = parsed.success ? parsed.data.detail : `it answered ${response.status}`
    if (refusals.includes(response.status)) throw new JoinRefused(explanation)
    throw new Error(explanation)
  }
}

const toLease = ({ renew_after_seconds, serve_seconds }: NodeLease): Lease => ({
  renewAfterMs: renew_after_seconds * 1000,
  serveMs: serve_seconds * 1000,
})
