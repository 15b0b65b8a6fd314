import { z } from 'zod'
import { CertificateState, NodeHealth } from './chat.ts'

const time = z.iso.datetime()

const settings = {
  url: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .meta({ description: 'Base URL, with or without /v1' }),
  secret: z
    .string()
    .min(1)
    .max(500)
    .nullable()
    .meta({ description: 'Sent as bearer token; never shown again' }),
  adapter: z.enum(['auto', 'keval', 'openai']),
  weight: z.number().gt(0).max(100),
  region: z.string().max(50).nullable(),
  models: z.array(z.string().min(1).max(256)).min(1).max(50).nullable(),
  draining: z.boolean(),
}

/** `POST /admin/v1/nodes`. */
export const nodeRegistration = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,62}$/, 'must be lower-case letters, digits, dots and dashes'),
  url: settings.url,
  secret: settings.secret.default(null),
  adapter: settings.adapter.default('auto'),
  weight: settings.weight.default(1),
  region: settings.region.default(null),
  models: settings.models.default(null),
  draining: settings.draining.default(false),
})

/** `PATCH /admin/v1/nodes/{id}`; what is left out stays. */
export const nodeChanges = z.strictObject(settings).partial()

const said = z.string().nullable()
const counted = z.int().nullable()

/** What a node said of itself when it last answered; null where it does not say, as other servers do not. */
export const nodeReport = z
  .object({
    status: NodeHealth.shape.status.nullable(),
    running: counted,
    waiting: counted,
    slots: counted,
    queue_limit: counted,
    engine_restarts: counted,
    models: z.array(
      z.object({
        id: z.string(),
        revision: said,
        weights_digest: said,
        precision: said,
        provider: said,
        context_length: z.number().nullable(),
        certificate: CertificateState.nullable(),
        notice: said,
      }),
    ),
    seen_at: time,
  })
  .meta({ id: 'NodeReport' })
export type NodeReportView = z.output<typeof nodeReport>

/** A node as the operator sees it. */
export const nodeView = z
  .object({
    id: z.string(),
    url: z.string(),
    has_secret: z.boolean(),
    adapter: settings.adapter,
    weight: z.number(),
    region: z.string().nullable(),
    models: z.array(z.string()).nullable(),
    draining: z.boolean(),
    configured: z.boolean().meta({ description: 'From the configuration: cannot be changed here' }),
    health: z
      .object({
        state: z.enum(['up', 'down']),
        reason: z.string().nullable(),
        models: z.array(z.string()),
        load: z.int(),
        latency_ms: z.int(),
        checked_at: time,
        since: time,
        report: nodeReport.nullable().meta({ description: 'The last it said, also while it is down' }),
      })
      .nullable()
      .meta({ description: 'What the clock found when it last asked; null before the first time' }),
    rest: z.object({ since: time, until: time }).nullable().meta({
      description:
        'After failures of calls: until when the node is left alone; the next call after that tries it. Null while calls go to it as usual',
    }),
  })
  .meta({ id: 'Node' })
export type NodeView = z.output<typeof nodeView>

export const nodeList = z.object({
  object: z.literal('list'),
  data: z.array(nodeView),
  has_more: z.boolean(),
})
