import { compile } from 'json-schema-to-typescript'
import { z } from 'zod'
import { auditComparison, auditPreview, auditQuery, auditReport, auditSchema } from '../schema/api/audits.ts'
import { comparisonSchema, pairList, pairQuery } from '../schema/api/comparisons.ts'
import { datasetSchema } from '../schema/api/datasets.ts'
import { errorCodes } from '../schema/api/error-codes.ts'
import { evaluationQuery } from '../schema/api/evaluation-request.ts'
import { resultSchema } from '../schema/api/evaluation-results.ts'
import {
  exportedLabel,
  rowAgreement,
  rowFilter,
  rowList,
  rowPageQuery,
  rowSchema,
} from '../schema/api/evaluation-rows.ts'
import { evaluationChange, evaluationHistory } from '../schema/api/evaluation-tags.ts'
import { evaluationSchema, previewAnswer } from '../schema/api/evaluations.ts'
import { judgmentRequestSchema } from '../schema/api/judgment-request.ts'
import {
  judgmentListSchema,
  judgmentPageQuery,
  judgmentSchema,
  replaySchema,
  shownJudgmentSchema,
} from '../schema/api/judgments.ts'
import { leaderboardSchema } from '../schema/api/leaderboard.ts'
import { reportSchema } from '../schema/api/reports.ts'
import { createdShareLink, newShareLink, shareLink } from '../schema/api/share-links.ts'
import { limitsSchema, usageQuery, usageSchema } from '../schema/api/usage.ts'
import { reportLanguages } from '../schema/report/texts/languages.ts'

const answers = {
  Judgment: judgmentSchema,
  Evaluation: evaluationSchema,
  EvaluationPreview: previewAnswer,
  EvaluationResult: resultSchema,
  Report: reportSchema,
  Comparison: comparisonSchema,
  LeaderboardEntry: leaderboardSchema.shape.data.element,
  EvaluationHistory: evaluationHistory,
  Audit: auditSchema,
  AuditPreview: auditPreview,
  AuditReport: auditReport,
  AuditComparison: auditComparison,
  StoredJudgment: shownJudgmentSchema,
  JudgmentPage: judgmentListSchema,
  Replay: replaySchema,
  Dataset: datasetSchema,
  EvaluationRow: rowSchema,
  RowPage: rowList,
  Agreement: rowAgreement,
  ExportedLabel: exportedLabel,
  ComparedRows: pairList,
  ShareLink: shareLink,
  NewShareLink: createdShareLink,
  Usage: usageSchema,
  Limits: limitsSchema,
}

/** Queries whose parameters may all be left out. */
const queries = {
  RowPageQuery: rowPageQuery,
  RowFilter: rowFilter,
  ComparedRowsQuery: pairQuery,
  JudgmentPageQuery: judgmentPageQuery,
  UsageQuery: usageQuery,
}

/** The types of the API without the schemas they come from, as `api-types.d.ts` of the package has them. */
export async function renderClientTypes(): Promise<string> {
  const request = toJsonSchema(judgmentRequestSchema, 'input')
  const query = toJsonSchema(evaluationQuery, 'input')
  const types = [
    ...(await Promise.all(
      Object.entries(answers).map(([name, schema]) => render(name, toJsonSchema(schema, 'output'))),
    )),
    ...(await Promise.all(
      Object.entries(queries).map(([name, schema]) =>
        render(name, { ...toJsonSchema(schema, 'output'), required: [] }),
      ),
    )),
    await render('ShareOptions', toJsonSchema(newShareLink, 'input')),
    await render('JudgeRequest', without(request, ['n', 'stream'])),
    await render('EvaluateOptions', without(query, ['preview'])),
    await render('EvaluationChange', toJsonSchema(evaluationChange, 'input')),
    await render('AuditOptions', without(toJsonSchema(auditQuery, 'input'), ['preview'])),
  ]
  const union = (names: readonly string[]) => names.map((name) => `'${name}'`).join(' | ')
  return [
    '/** The types of the HTTP API of a keval-edge gateway. */',
    ...types,
    `export type ErrorCode = ${union(Object.keys(errorCodes))}`,
    "export type ErrorSource = 'gateway' | 'node'",
    '/** One wrong field: its path, and what is allowed. */',
    'export interface FieldError { field: string; message: string; [member: string]: unknown }',
    `export type ReportLanguage = ${union(reportLanguages)}`,
    '',
  ].join('\n')
}

type JsonSchema = Record<string, unknown> & { properties?: Record<string, unknown>; required?: string[] }

const toJsonSchema = (schema: z.ZodType, io: 'input' | 'output') =>
  inline(z.toJSONSchema(schema, { target: 'draft-7', io, unrepresentable: 'any' })) as JsonSchema

/** Names of shared parts are of no use in a file that exports every type whole. */
function inline(value: unknown, definitions?: Record<string, unknown>): unknown {
  if (Array.isArray(value)) return value.map((one) => inline(one, definitions))
  if (typeof value !== 'object' || value === null) return value
  const { $ref, definitions: own, id: _, title, ...rest } = value as Record<string, unknown>
  const known = definitions ?? (own as Record<string, unknown>) ?? {}
  if (typeof $ref === 'string') return inline(known[$ref.split('/').at(-1)!], known)
  const entries = Object.entries(rest).map(([name, one]) => [name, inline(one, known)])
  // a property may be called id or title; only texts in their place name a schema
  const kept = [
    ['id', _],
    ['title', title],
  ].filter(([, one]) => typeof one === 'object' && one !== null)
  return Object.fromEntries([...kept.map(([name, one]) => [name, inline(one, known)]), ...entries])
}

function without(schema: JsonSchema, names: readonly string[]): JsonSchema {
  const keep = ([name]: [string, unknown]) => !names.includes(name)
  return {
    ...schema,
    properties: Object.fromEntries(Object.entries(schema.properties ?? {}).filter(keep)),
    required: (schema.required ?? []).filter((name) => !names.includes(name)),
  }
}

const render = (name: string, schema: JsonSchema) =>
  compile(schema as never, name, { bannerComment: '', additionalProperties: false, format: false })
