import { parseAnswerFaults } from '../../schema/api/answer-faults.ts'
import { FailureError, invalidRequest } from '../../schema/api/errors.ts'
import {
  type EvaluationOptions,
  type EvaluationQuery,
  evaluationQuery,
} from '../../schema/api/evaluation-request.ts'
import type { EvaluationPreview } from '../../schema/api/evaluations.ts'
import { newId } from '../../schema/api/ids.ts'
import { toModelName } from '../../schema/evaluation-input/model-name.ts'
import type { Preview } from '../../schema/evaluation-input/preview.ts'
import type { InputProblem } from '../../schema/evaluation-input/row.ts'
import { fieldError, fieldErrors } from '../../schema/messages/field-errors.ts'
import type { Identity } from '../auth/identity.ts'
import type { GatewayContext } from '../http/context.ts'
import { candidatesFor } from '../judging/served-models.ts'
import { proposeName } from './datasets/propose-name.ts'
import { QuestionCounter } from './datasets/question-counter.ts'
import { tenantDatasets } from './datasets/tenant-datasets.ts'
import type { EvaluationRecord } from './evaluation-store.ts'
import { invalidLines } from './invalid-lines.ts'
import { maxRows, readUpload } from './read-upload.ts'
import type { NewRow } from './row-store.ts'
import { tenantEvaluations } from './tenant-evaluations.ts'
import { openUpload, type Upload } from './upload.ts'
import { fieldsFirst } from './upload-form.ts'

export type Created =
  | { evaluation: EvaluationRecord }
  | { preview: Preview; dataset: EvaluationPreview['dataset']; estimatedSeconds: number | null }

/**
 * `POST /v1/evaluations`: reads the whole upload before anything starts. Valid rows are kept as they come, so
 * that memory stays bounded; one invalid line drops all of them.
 */
export async function createEvaluation(c: GatewayContext): Promise<Created> {
  const { formMemory } = c.get('services')
  const upload = await openUpload(c.req.header('content-type') ?? '', c.get('incoming').chunks(), formMemory)
  try {
    return await createFrom(c, upload)
  } finally {
    upload.release()
  }
}

async function createFrom(c: GatewayContext, upload: Upload): Promise<Created> {
  const query = parseQuery(c, upload)
  const identity = c.get('identity')
  await candidatesFor(c, query.model)
  if (query.notify === 'mail') {
    const tenant = await c.get('services').access.tenants.get(identity.tenantId)
    if (tenant.applicationId === null)
      throw new FailureError(invalidRequest([fieldError('notify', 'notify_without_address')]))
  }
  const evaluations = tenantEvaluations(c.get('tenant'))
  const options = toOptions(query, upload, identity)
  const { charset, empty } = query
  const reading = { ...options, charset, empty, maxRows: Math.min(maxRows, identity.limits.evaluationRows) }

  if (query.preview === 'true') {
    const questions = new QuestionCounter()
    const preview = valid(await readUpload(upload.files, reading, async (rows) => questions.add(rows)))
    const uploaded = { ...(await questions.result()), ...chooseNames(query, preview, upload) }
    const dataset = await tenantDatasets(c.get('tenant')).preview(uploaded)
    if ('failure' in dataset) throw new FailureError(dataset.failure)
    const rate = await evaluations.lastRate(query.model)
    return {
      preview,
      dataset: { digest: uploaded.digest, ...dataset },
      estimatedSeconds: rate === null ? null : preview.judgments / rate,
    }
  }
  const id = newId('evl', Date.now())
  const refused = await evaluations.open(id, identity.keyId, options, null)
  if (refused !== null) throw new FailureError(refused)
  try {
    const append = async (rows: NewRow[]) => {
      const full = await evaluations.append(id, rows)
      if (full !== null) throw new FailureError(full)
    }
    const preview = valid(await readUpload(upload.files, reading, append))
    const { tags = [] } = query
    const begun = await evaluations.begin(identity.tenantId, id, preview, await upload.digest(), {
      tags,
      dataset: chooseNames(query, preview, upload),
    })
    if ('failure' in begun) throw new FailureError(begun.failure)
    return begun
  } catch (error) {
    await evaluations.remove(id)
    throw error
  }
}

/** Options are query parameters, or fields of a form. */
function parseQuery(c: GatewayContext, { fields, fieldsMustComeFirst }: Upload): EvaluationQuery {
  const parsed = evaluationQuery.safeParse({ ...fields, ...c.req.query() })
  if (!parsed.success) {
    const errors = fieldErrors(parsed.error.issues)
    if (fieldsMustComeFirst) errors.push(fieldsFirst('fields'))
    throw new FailureError(invalidRequest(errors))
  }
  return parsed.data
}

const chooseNames = ({ dataset, name }: EvaluationQuery, preview: Preview, { fileName }: Upload) => ({
  given: dataset ?? null,
  proposed: proposeName(preview, fileName, name),
})

function toOptions(query: EvaluationQuery, { fileName }: Upload, identity: Identity): EvaluationOptions {
  return {
    name: query.name ?? toModelName(fileName),
    model: query.model,
    protocol: query.protocol,
    template: query.template === 'auto' ? null : query.template,
    repeats: query.repeats,
    summary: query.summary,
    temperature: query.temperature ?? null,
    seed: query.seed ?? null,
    maxTokens: query.max_tokens ?? null,
    retentionDays: identity.limits.retentionDays,
    onWeightsChange: query.on_weights_change,
    ...(query.notify && { notify: query.notify }),
    answerFaults: parseAnswerFaults(query),
  }
}

function valid(read: Preview | { problems: InputProblem[]; more: boolean }): Preview {
  if ('problems' in read) throw new FailureError(invalidLines(read.problems))
  return read
}
