import { z } from 'zod'
import { driftCauses } from '../audit/drift.ts'
import { relations } from '../audit/probe.ts'
import { probes } from '../audit/probes.ts'
import { summaries } from '../audit/steadiness.ts'
import { problem } from '../messages/field-errors.ts'
import { evaluationQuery } from './evaluation-request.ts'
import { evaluationSchema } from './evaluations.ts'
import { queryNumber } from './query-number.ts'
import { servedWeights } from './served-weights.ts'

const probeNames = probes.map(({ name }) => name)
const names = (list: string) => list.split(',').map((name) => name.trim())

const shared = evaluationQuery.pick({ name: true, preview: true, on_weights_change: true })

/** How an audit of a file is made: query parameters, or fields beside the files of a multipart body. */
export const auditQuery = evaluationQuery
  .pick({
    model: true,
    protocol: true,
    template: true,
    temperature: true,
    max_tokens: true,
    charset: true,
    empty: true,
  })
  .extend({
    ...shared.shape,
    sample_size: queryNumber(z.coerce.number().int().min(1).max(500).default(60)).meta({
      description: 'Rows to draw from the file, each category in proportion',
    }),
    repeats: queryNumber(z.coerce.number().int().min(2).max(10).default(3)).meta({
      description: 'Judgments of each drawn row as it is; their spread is the noise of the judge',
    }),
    seed: queryNumber(z.coerce.number().int().min(0).max(0x7fffffff).default(1)).meta({
      description: 'The same file, options and seed draw the same rows and make the same variants',
    }),
    probes: z
      .string()
      .max(2000)
      .superRefine((list, context) => {
        for (const probe of names(list).filter((name) => !probeNames.includes(name))) {
          const params = { probe: probe.slice(0, 64), probes: probeNames.join(', ') }
          context.addIssue({ code: 'custom', ...problem('unknown_probe', params) })
        }
      })
      .transform(names)
      .optional()
      .meta({ description: 'Names of probes, separated by commas; all by default. `repeat` always runs' }),
  })
export type AuditQuery = z.output<typeof auditQuery>

/** How an earlier audit is run again. */
export const auditAgainQuery = z.strictObject({
  ...shared.shape,
  baseline: z
    .string()
    .max(64)
    .meta({ description: 'An earlier audit: its cases are judged again, and no file is read' }),
  model: evaluationQuery.shape.model.optional(),
})

export const auditStatus = evaluationSchema.pick({
  status: true,
  counts: true,
  progress: true,
  rate: true,
  seconds_left: true,
  paused_because: true,
  started_at: true,
  finished_at: true,
})

const applicable = z
  .record(z.string(), z.int())
  .meta({ description: 'Drawn rows to which each probe applies' })

export const auditSchema = z
  .object({
    id: z.string(),
    object: z.literal('audit'),
    name: z.string(),
    created: z.int().meta({ description: 'Unix time in seconds' }),
    model: z.string().meta({ description: 'The judge' }),
    ...auditStatus.shape,
    evaluation: z.string().meta({ description: 'The evaluation that judges the cases' }),
    baseline: z.string().nullable().meta({ description: 'The audit whose cases are judged again' }),
    protocol: evaluationSchema.shape.protocol,
    template: evaluationSchema.shape.template,
    file_rows: z.int().meta({ description: 'Rows of the file' }),
    rows: z.int().meta({ description: 'Rows drawn from it' }),
    repeats: z.int().meta({ description: 'Judgments of each drawn row as it is' }),
    seed: z.int(),
    applicable,
    plan_digest: z.string().meta({ description: 'Audits with the same one can be compared' }),
  })
  .meta({ id: 'Audit' })
export type Audit = z.output<typeof auditSchema>

export const auditList = z.object({
  object: z.literal('list'),
  data: z.array(auditSchema),
  has_more: z.boolean(),
})

export const auditPreview = z
  .object({
    object: z.literal('audit.preview'),
    file_rows: z.int().meta({ description: 'Rows of the file' }),
    rows: z.int().meta({ description: 'Rows drawn from it' }),
    judgments: z.int(),
    applicable,
    estimated_tokens: z.object({ prompt: z.int(), completion: z.int() }),
    estimated_seconds: z
      .number()
      .nullable()
      .meta({ description: 'From the last evaluation with this judge; null before there is one' }),
  })
  .meta({ id: 'AuditPreview' })
export type AuditPreview = z.output<typeof auditPreview>

const interval = z.tuple([z.number(), z.number()]).nullable()
const finding = z.enum(['holds', 'violated', 'inconclusive']).meta({
  description:
    '`violated`: broken beyond the noise of the judge; `holds`: it is not; `inconclusive`: too few rows to tell',
})
const pValue = z
  .number()
  .nullable()
  .meta({ description: 'Adjusted for all tests of the audit (Holm); null where a rate decides' })

const rated = z.object({ rating: z.number().nullable(), explanation: z.string().nullable() })
const example = z.object({
  row_id: z.string(),
  question: z.string(),
  original: z.object({ answer: z.string(), ...rated.shape }),
  variant: z.object({ answer: z.string(), ...rated.shape }),
})
export type AuditExample = z.output<typeof example>

export const auditReport = z
  .object({
    object: z.literal('audit.report'),
    audit: auditSchema,
    judge: z.object(servedWeights),
    summary: z
      .array(z.string())
      .meta({ description: 'What the judge can be used for, in the language of the report' }),
    use: z.object({
      rating_band: z
        .number()
        .nullable()
        .meta({ description: 'Two ratings of one answer differ by less than this in 95 of 100 cases' }),
      smallest_differences: z
        .array(z.object({ rows: z.int(), points: z.number() }))
        .meta({ description: 'Mean ratings over so many rows that differ by less are noise of the judge' }),
      repeats_to_separate: z
        .array(z.object({ difference: z.number(), rows: z.int(), repeats: z.int() }))
        .meta({ description: 'Judgments per row after which such a difference exceeds the noise' }),
    }),
    reliability: z.object({
      rows: z.int(),
      within_deviation: z
        .number()
        .nullable()
        .meta({ description: 'Standard deviation of repeats of one row, in points' }),
      icc: z.number().nullable().meta({ description: 'Intraclass correlation ICC(1)' }),
      icc_interval: interval,
      finding,
      flip_rates: z
        .array(z.object({ threshold: z.number(), rate: z.number() }))
        .meta({ description: 'How often two ratings of one row lie on different sides of a threshold' }),
    }),
    probes: z.array(
      z.object({
        probe: z.string(),
        relation: z.enum(relations),
        reason: z.string(),
        source: z.string().nullable(),
        applicable: z.int(),
        compared: z.int(),
        unrated: z.int(),
        violations: z.int(),
        violation_rate: z.number().nullable(),
        violation_interval: interval,
        noise_rate: z
          .number()
          .nullable()
          .meta({ description: 'How often repeats of unchanged rows do the same' }),
        shift: z
          .number()
          .nullable()
          .meta({ description: 'Mean rating of the variants less that of the rows, in points' }),
        shift_interval: interval,
        p_value: pValue,
        finding,
        worst: z.array(example),
      }),
    ),
    length: z
      .object({ slope: z.number(), interval, p_value: pValue, finding })
      .nullable()
      .meta({ description: 'Points that a doubling of the length brings at equal content' }),
    steadiness: z
      .array(
        z.object({
          summary: z.enum(summaries),
          samples: z.int(),
          deviation: z.number(),
          tokens: z.number(),
        }),
      )
      .meta({ description: 'Ways to make one rating of several samples, the steadiest per token first' }),
    drift: z
      .object({
        baseline: z.string(),
        compared: z.int(),
        shift: z.number(),
        shift_p: z.number(),
        movement: z.number(),
        movement_p: z.number(),
        causes: z.array(z.enum(driftCauses)).meta({ description: 'Empty where nothing moved' }),
        false_alarm: z
          .number()
          .meta({ description: 'Chance of the cause `ratings` while the judge is the same' }),
      })
      .nullable()
      .meta({ description: 'Against the baseline; null without one' }),
  })
  .meta({ id: 'AuditReport' })
export type AuditReport = z.output<typeof auditReport>

const side = z.object({ id: z.string(), name: z.string(), model: z.string() })
export const auditComparison = z
  .object({
    object: z.literal('audit.comparison'),
    first: side,
    second: side,
    rating: z
      .object({
        pairs: z.int(),
        difference: z.number().nullable(),
        interval,
        p_value: z.number().nullable(),
      })
      .meta({ description: 'Mean ratings of the rows as they are: second less first' }),
    reliability: z.array(
      z.object({
        within_deviation: z.number().nullable(),
        icc: z.number().nullable(),
        icc_interval: interval,
      }),
    ),
    probes: z.array(
      z.object({
        probe: z.string(),
        relation: z.enum(relations),
        compared: z.int(),
        only_first: z.int(),
        only_second: z.int(),
        both: z.int(),
        p_value: z.number().meta({ description: 'Exact McNemar test, adjusted for all probes (Holm)' }),
        better: z.enum(['first', 'second']).nullable(),
      }),
    ),
  })
  .meta({ id: 'AuditComparison' })
export type AuditComparison = z.output<typeof auditComparison>
