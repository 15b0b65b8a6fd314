import { z } from 'zod'
import { described } from './described.ts'
import { optional } from './null-is-absent.ts'

export const CertificateState = z.object({
  state: z
    .enum(['passed', 'failed', 'forced', 'missing'])
    .meta(described('`forced`: served despite a failed check', '`forced`: 점검에 실패했지만 강제 기동')),
  issued_at: optional(z.string()),
})
export type CertificateState = z.infer<typeof CertificateState>

export const Model = z.object({
  id: z.string(),
  object: z.literal('model'),
  created: z.int(),
  owned_by: z.string(),
  /** Absent from servers that are not keval nodes. */
  keval: optional(
    z.object({
      revision: z.string().nullable(),
      weights_digest: z.string(),
      precision: z.string(),
      context_length: z.int(),
      provider: z.string(),
      certificate: CertificateState,
      /** True for the small model that ships with the product; `notice` says what it is not. */
      embedded: z.boolean(),
      notice: z.string().nullable(),
    }),
  ),
})
export type Model = z.infer<typeof Model>

export const ModelList = z.object({ object: z.literal('list'), data: z.array(Model) })
export type ModelList = z.infer<typeof ModelList>

export const NodeHealth = z.object({
  status: z.enum(['starting', 'ready', 'draining', 'failing']),
  /** Why the node is not ready, in one line; null when it is. */
  reason: z.string().nullable(),
  /** Null until the model is loaded. */
  model: z.string().nullable(),
  weights_digest: z.string().nullable(),
  provider: z.string().nullable(),
  runtime: z.string().nullable(),
  /** Why this runtime and provider were chosen: one line for each that was tried. */
  selection: z.array(z.string()),
  certificate: CertificateState.nullable(),
  /** Why the node is slower than its machine could be, and what mends it. */
  degraded: z.array(z.object({ code: z.string(), message: z.string(), remedy: z.string() })),
  /** The GPU in use; null on the CPU. */
  device: z
    .object({
      name: z.string(),
      compute_capability: z.string(),
      /** Null where the driver cannot tell. */
      driver_version: optional(z.string()),
      memory_total_bytes: z.int(),
      /** Null where the driver cannot tell. */
      memory_free_bytes: z.int().nullable(),
    })
    .nullable(),
  running: z.int(),
  waiting: z.int(),
  /** Answers the node can work on at once, and tokens each may have with its prompt. */
  slots: z.int(),
  slot_tokens: z.int(),
  /** Configuration of the engine; null until the model is loaded. */
  settings: optional(
    z.object({
      /** Most prompt tokens computed between two decode steps. */
      chunk_tokens: z.int(),
      /** Threads of one operator on the CPU. */
      threads: z.int(),
      /** Source of the settings that nobody fixed: `applied` is a measurement on this device. */
      tuning: z.object({
        state: z.enum(['applied', 'missing', 'outdated', 'unreadable', 'failed', 'off']),
        problem: z.string().nullable(),
        file: z.string().nullable(),
        measured_at: z.string().nullable(),
      }),
    }),
  ),
  queue_limit: z.int(),
  engine_restarts: z.int(),
  /** One for each engine process of the node. */
  engines: optional(
    z.array(
      z.object({
        status: z.enum(['starting', 'ready', 'failing', 'stopped']),
        reason: z.string().nullable(),
        /** Name of the GPU; null on the CPU. */
        device: z.string().nullable(),
        slots: z.int(),
        running: z.int(),
        restarts: z.int(),
      }),
    ),
  ),
  /** Totals since the start. */
  totals: optional(z.object({ answers: z.int(), prompt_tokens: z.int(), generated_tokens: z.int() })),
  uptime_seconds: z.number(),
})
export type NodeHealth = z.infer<typeof NodeHealth>

/** Headers that travel with a chat request besides the standard ones. */
export const nodeHeaders = {
  requestId: 'x-request-id',
  traceparent: 'traceparent',
  /** An opaque name of the tenant, for fair turns; it says nothing about who that is. */
  tenant: 'x-keval-tenant',
} as const
