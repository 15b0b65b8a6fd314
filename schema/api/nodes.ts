import { z } from 'zod'
import { says } from '../messages/field-errors.ts'
import { renderedMessage } from '../messages/schemas.ts'
import { CertificateState, NodeHealth } from './node-status.ts'

const time = z.iso.datetime()

/** The address of a node. Credentials in it would be shown wherever the address is, so that none are accepted. */
export const nodeUrl = z
  .url({ protocol: /^https?$/, ...says('format_node_url') })
  .max(500)
  .refine(isPlainUrl, says('plain_node_url'))

function isPlainUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null
  return url !== null && url.username === '' && url.password === '' && url.search === '' && url.hash === ''
}

const settings = {
  url: nodeUrl.meta({ description: 'Base URL, with or without /v1' }),
  secret: z
    .string()
    .min(1)
    .max(500)
    .nullable()
    .meta({ description: 'Sent as bearer token; never shown again' }),
  adapter: z.enum(['auto', 'keval', 'openai']).meta({
    description:
      'What it speaks: `keval` has fields of keval-node besides, `auto` looks whether the node reports them',
  }),
  weight: z
    .number()
    .gt(0)
    .max(100)
    .meta({ description: 'Its share of the requests, beside the weights of the others' }),
  region: z.string().max(50).nullable().meta({ description: 'A note for people; nothing follows from it' }),
  models: z
    .array(z.string().min(1).max(256))
    .min(1)
    .max(50)
    .nullable()
    .meta({ description: 'Of the models that it serves, those to use; null for all' }),
  draining: z.boolean().meta({ description: 'Gets nothing new' }),
}

/** `POST /admin/v1/nodes`. */
export const nodeRegistration = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,62}$/, says('format_node_id')),
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
const told = z.int().nullable()

/** A node's last status report; null for fields that other servers do not report. */
export const nodeReport = z
  .object({
    status: NodeHealth.shape.status.nullable(),
    running: told.meta({ description: 'Answers it works on' }),
    waiting: told.meta({ description: 'Answers in its queue' }),
    slots: told.meta({ description: 'Answers it can work on at a time' }),
    queue_limit: told.meta({ description: 'Answers that may wait' }),
    engine_restarts: told.meta({ description: 'Since it was started' }),
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
    seen_at: time.meta({ description: 'When it said so' }),
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
    weight: settings.weight,
    region: settings.region,
    models: settings.models,
    draining: settings.draining,
    configured: z.boolean().meta({ description: 'From the configuration: cannot be changed here' }),
    health: z
      .object({
        state: z.enum(['up', 'down']),
        reason: renderedMessage.nullable().meta({ description: 'Why it counts as down; null when it is up' }),
        models: z.array(z.string()),
        load: z.int().meta({ description: 'Answers running and waiting; 0 where the node does not tell' }),
        latency_ms: z.int().meta({ description: 'Of `GET /v1/models`' }),
        checked_at: time,
        since: time.meta({ description: 'Up, or down, from then on' }),
        report: nodeReport.nullable().meta({ description: 'The last it said, also while it is down' }),
      })
      .nullable()
      .meta({ description: 'What the clock found when it last asked; null before the first time' }),
    breaker: z.object({ since: time, until: time }).nullable().meta({
      description:
        'The circuit breaker while it is open after failed calls: no call goes to the node until then, and the next one probes it. Null while it is closed',
    }),
  })
  .meta({ id: 'Node' })
export type NodeView = z.output<typeof nodeView>

export const nodeList = z.object({
  object: z.literal('list'),
  data: z.array(nodeView),
  has_more: z.boolean().meta({ description: 'Whether more follow the last entry' }),
})
