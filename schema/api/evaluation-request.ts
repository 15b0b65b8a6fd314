import { z } from 'zod'
import { charsets } from '../evaluation-input/charset.ts'
import { emptyAnswerActions } from '../evaluation-input/empty-answers.ts'
import { protocolNames } from '../judge/protocol.ts'
import { type TemplateName, templateNames } from '../judge/templates.ts'
import { queryNumber } from './query-number.ts'

export const weightsChangeActions = ['pause', 'continue'] as const

/** Options of an evaluation: query parameters, or fields beside the files of a multipart body. */
export const evaluationQuery = z.strictObject({
  model: z.string().min(1).max(200).meta({ description: 'The judge: a model of `GET /v1/models`' }),
  name: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: 'Whose answers they are, where the file does not say it' }),
  protocol: z.enum(protocolNames).default('ko-bench').meta({
    description: '`simple-keval` judges as for the published leaderboard: first turns, one template',
  }),
  template: z
    .enum(['auto', ...templateNames])
    .default('auto')
    .meta({ description: '`auto` chooses for each row' }),
  repeats: queryNumber(z.coerce.number().int().min(1).max(16).default(1)).meta({
    description: 'Judgments per row and turn',
  }),
  temperature: queryNumber(z.coerce.number().min(0).max(2).optional()).meta({
    description: 'Default 0.7; 0.8 under `simple-keval`',
  }),
  seed: queryNumber(z.coerce.number().int().min(0).max(0x7fffffff).optional()).meta({
    description: 'Left out, each judgment has one that follows from its request',
  }),
  max_tokens: queryNumber(z.coerce.number().int().min(1).max(4096).optional()).meta({
    description:
      'Most tokens that the judge may write; left out, what the node allows, 2048 under `simple-keval`',
  }),
  charset: z.enum(charsets).default('utf-8').meta({
    description: 'The encoding of the files. Another than UTF-8 is read only when it is named here',
  }),
  empty: z.enum(emptyAnswerActions).default('refuse').meta({
    description:
      'What happens to rows with an answer that is missing, empty or blank: `refuse` the input, `judge` them as they are, or `skip` them',
  }),
  on_weights_change: z.enum(weightsChangeActions).default('pause').meta({
    description:
      'When the judge gets other weights midway: `pause` until `resume` accepts them, or `continue` with both',
  }),
  preview: z
    .enum(['true', 'false'])
    .default('false')
    .meta({ description: '`true` answers what was understood and starts nothing' }),
})

export type EvaluationQuery = z.output<typeof evaluationQuery>

/** Stored options of an evaluation. */
export interface EvaluationOptions {
  name: string
  model: string
  protocol: (typeof protocolNames)[number]
  template: TemplateName | null
  repeats: number
  temperature: number | null
  seed: number | null
  maxTokens: number | null
  retentionDays: number
  onWeightsChange: (typeof weightsChangeActions)[number]
}
