import type { z } from 'zod'
import { type AuditPreview, type AuditQuery, auditAgainQuery, auditQuery } from '../../schema/api/audits.ts'
import { type Failure, FailureError, invalidRequest } from '../../schema/api/errors.ts'
import type { EvaluationOptions } from '../../schema/api/evaluation-request.ts'
import { newId } from '../../schema/api/ids.ts'
import type { AuditSettings } from '../../schema/audit/findings.ts'
import { planAudit } from '../../schema/audit/plan.ts'
import { toModelName } from '../../schema/evaluation-input/model-name.ts'
import { type Preview, PreviewCounts } from '../../schema/evaluation-input/preview.ts'
import { createNotes } from '../../schema/evaluation-input/read-rows.ts'
import { type FieldError, fieldError, fieldErrors } from '../../schema/messages/field-errors.ts'
import { invalidLines } from '../evaluations/invalid-lines.ts'
import { maxRows } from '../evaluations/read-upload.ts'
import { tenantEvaluations } from '../evaluations/tenant-evaluations.ts'
import { openUpload, type Upload } from '../evaluations/upload.ts'
import { fieldsFirst } from '../evaluations/upload-form.ts'
import type { GatewayContext } from '../http/context.ts'
import { candidatesFor } from '../judging/served-models.ts'
import type { AuditRecord } from './audit-store.ts'
import type { StoredCase } from './audits.ts'
import { readAnswers, toAuditRow } from './read-answers.ts'
import { tenantAudits } from './tenant-audits.ts'
import { digestPlan, toStoredCase } from './to-cases.ts'

export type CreatedAudit = { audit: AuditRecord } | { preview: AuditPreview }

/** The parts of a new audit. */
interface NewAuditParts {
  options: EvaluationOptions
  settings: AuditSettings
  planDigest: string
  preview: Preview
  fileSha256: string
  /** Stores the cases; returns a failure when there is no room left. */
  store: (evaluationId: string) => Promise<Failure | null>
}

/** `POST /v1/audits`: plans an audit of a file, or takes the plan of an earlier one, and begins it. */
export async function createAudit(c: GatewayContext): Promise<CreatedAudit> {
  if (c.req.query('baseline') !== undefined) return auditAgain(c)
  const { formMemory } = c.get('services')
  const upload = await openUpload(c.req.header('content-type') ?? '', c.get('incoming').chunks(), formMemory)
  const lease = formMemory.lease()
  try {
    const query = parse(auditQuery, { ...upload.fields, ...c.req.query() }, upload)
    const isPreview = query.preview === 'true'
    await candidatesFor(c, query.model)
    return await finish(c, isPreview, await planParts(c, query, upload, lease))
  } finally {
    lease.release()
    upload.release()
  }
}

async function planParts(
  c: GatewayContext,
  query: AuditQuery,
  upload: Upload,
  lease: Parameters<typeof readAnswers>[2],
): Promise<NewAuditParts> {
  const { limits } = c.get('identity')
  const rowLimit = Math.min(maxRows, limits.evaluationRows)
  const template = query.template === 'auto' ? null : query.template
  const read = {
    protocol: query.protocol,
    template,
    charset: query.charset,
    empty: query.empty,
    maxRows: rowLimit,
  }
  const { rows, problems } = await readAnswers(upload.files, read, lease)
  if (problems.length > 0) throw new FailureError(invalidLines(problems))
  const { sample_size: sampleSize, repeats, seed, probes } = query
  const plan = planAudit(rows.map(toAuditRow), { seed, sampleSize, repeats, ...(probes && { probes }) })
  if (plan.cases.length > rowLimit) {
    const params = { cases: plan.cases.length, maximum: rowLimit }
    throw invalid(fieldError('sample_size', 'audit_too_many_cases', params))
  }
  const counts = new PreviewCounts(1)
  const stored: StoredCase[] = []
  for (const [index, one] of plan.cases.entries()) {
    const source = rows[Number(one.rowId) - 1]!
    const { planned, row, one: known } = await toStoredCase(one, source, index + 1)
    counts.add({ ...source.row, input: row.input, label: null }, [planned], row.published ?? null)
    stored.push({ row, one: known })
  }
  return {
    options: {
      name: query.name ?? toModelName(upload.fileName),
      model: query.model,
      protocol: query.protocol,
      template,
      repeats: 1,
      summary: 'mean',
      temperature: query.temperature ?? null,
      seed: null,
      maxTokens: query.max_tokens ?? null,
      retentionDays: limits.retentionDays,
      onWeightsChange: query.on_weights_change,
      answerFaults: null,
    },
    settings: {
      seed,
      sampleSize,
      repeats,
      probes: probes ?? null,
      fileRows: rows.length,
      rows: plan.rows,
      cases: plan.cases.length,
      applicable: plan.applicable,
      baseline: null,
    },
    planDigest: await digestPlan(plan.cases),
    preview: counts.result(createNotes()),
    fileSha256: await upload.digest(),
    store: (id) => appendAll(c, id, stored),
  }
}

/** Judges the cases of a finished audit again: what a drift watch compares. */
async function auditAgain(c: GatewayContext): Promise<CreatedAudit> {
  const query = parse(auditAgainQuery, c.req.query(), null)
  const audits = tenantAudits(c.get('tenant'))
  const baseline = await audits.get(query.baseline)
  if (baseline?.evaluation.status !== 'completed') throw invalid(fieldError('baseline', 'audit_baseline'))
  const { audit, evaluation } = baseline
  const model = query.model ?? evaluation.options.model
  await candidatesFor(c, model)
  const run = 1 + (crypto.getRandomValues(new Uint32Array(1))[0]! % 1_000_000)
  return finish(c, query.preview === 'true', {
    options: {
      ...evaluation.options,
      model,
      name: query.name ?? evaluation.options.name,
      onWeightsChange: query.on_weights_change,
      retentionDays: c.get('identity').limits.retentionDays,
    },
    settings: { ...audit.settings, baseline: audit.id },
    planDigest: audit.planDigest,
    preview: evaluation.preview!,
    fileSha256: evaluation.fileSha256!,
    store: async (id) => {
      await audits.copy(evaluation.id, id, run)
      return null
    },
  })
}

async function finish(c: GatewayContext, isPreview: boolean, parts: NewAuditParts): Promise<CreatedAudit> {
  const { options, settings, planDigest, preview, fileSha256, store } = parts
  const identity = c.get('identity')
  const evaluations = tenantEvaluations(c.get('tenant'))
  const audits = tenantAudits(c.get('tenant'))
  if (isPreview) {
    const rate = await evaluations.lastRate(options.model)
    return {
      preview: {
        object: 'audit.preview',
        file_rows: settings.fileRows,
        rows: settings.rows,
        judgments: settings.cases,
        applicable: settings.applicable,
        estimated_tokens: preview.estimated_tokens,
        estimated_seconds: rate === null ? null : settings.cases / rate,
      },
    }
  }
  const now = Date.now()
  const [id, evaluationId] = [newId('aud', now), newId('evl', now)]
  demand(await audits.open({ id, evaluationId, settings, planDigest }, identity.keyId, options))
  try {
    demand(await store(evaluationId))
    const begun = await evaluations.begin(identity.tenantId, evaluationId, preview, fileSha256, {
      tags: [],
      dataset: null,
    })
    if ('failure' in begun) throw new FailureError(begun.failure)
    return { audit: (await audits.get(id))! }
  } catch (error) {
    await evaluations.remove(evaluationId)
    throw error
  }
}

const maxCharactersHandedOver = 400_000

/** Hands the cases over in lots that are bounded in number and size. */
async function appendAll(
  c: GatewayContext,
  evaluationId: string,
  cases: readonly StoredCase[],
): Promise<Failure | null> {
  const audits = tenantAudits(c.get('tenant'))
  let lot: StoredCase[] = []
  let characters = 0
  const handOver = async () => (lot.length === 0 ? null : audits.append(evaluationId, lot))
  for (const one of cases) {
    const size = JSON.stringify(one.row.input).length
    if (lot.length === 250 || characters + size > maxCharactersHandedOver) {
      const full = await handOver()
      if (full !== null) return full
      lot = []
      characters = 0
    }
    lot.push(one)
    characters += size
  }
  return handOver()
}

function parse<S extends z.ZodType>(
  schema: S,
  given: Record<string, string>,
  upload: Upload | null,
): z.output<S> {
  const parsed = schema.safeParse(given)
  if (parsed.success) return parsed.data
  const errors = fieldErrors(parsed.error.issues)
  if (upload?.fieldsMustComeFirst) errors.push(fieldsFirst('fields'))
  throw new FailureError(invalidRequest(errors))
}

function demand(failure: Failure | null): void {
  if (failure !== null) throw new FailureError(failure)
}

const invalid = (error: FieldError) => new FailureError(invalidRequest([error]))
