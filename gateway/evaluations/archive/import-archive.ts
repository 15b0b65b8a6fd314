import { type Failure, FailureError, invalidRequest, reason } from '../../../schema/api/errors.ts'
import {
  type ArchiveFile,
  labelLine,
  type Manifest,
  resultLine,
  rowLine,
} from '../../../schema/api/evaluation-archive.ts'
import type { EvaluationOptions } from '../../../schema/api/evaluation-request.ts'
import { newId } from '../../../schema/api/ids.ts'
import type { Preview } from '../../../schema/evaluation-input/preview.ts'
import { fieldError, fieldErrors } from '../../../schema/messages/field-errors.ts'
import type { GatewayContext } from '../../http/context.ts'
import type { EvaluationRecord } from '../evaluation-store.ts'
import { maxRows } from '../read-upload.ts'
import { tenantEvaluations } from '../tenant-evaluations.ts'
import { openUpload } from '../upload.ts'
import { wrongArchive } from './archive-problem.ts'
import { type OpenArchive, openArchive } from './archive-reader.ts'
import { readArchivedLines, wrongLine } from './archived-lines.ts'
import { ArchivedRows } from './archived-rows.ts'
import { type ImportQuery, importQuery } from './import-query.ts'
import { stageUpload } from './stage-upload.ts'
import { StagedReader } from './staged-reader.ts'
import { type TenantArchives, tenantArchives } from './tenant-archives.ts'

/**
 * `POST /v1/evaluations/import`: takes in an archive whole, then reads it to its end. The evaluation is visible once
 * everything in it was found right; otherwise nothing of it stays.
 */
export async function importArchive(c: GatewayContext): Promise<EvaluationRecord> {
  const { formMemory } = c.get('services')
  const upload = await openUpload(c.req.header('content-type') ?? '', c.get('incoming').chunks(), formMemory)
  const archives = tenantArchives(c.get('tenant'))
  const id = newId('evl', Date.now())
  try {
    const query = parseQuery({ ...upload.fields, ...c.req.query() })
    const size = await stageUpload(archives, id, upload)
    const sha256 = await upload.digest()
    return await importFrom(c, id, await openArchive(new StagedReader(archives, id, size)), sha256, query)
  } finally {
    upload.release()
    await archives.removeStaged(id)
  }
}

async function importFrom(
  c: GatewayContext,
  id: string,
  archive: OpenArchive,
  sha256: string,
  { name, tags = [] }: ImportQuery,
): Promise<EvaluationRecord> {
  const archives = tenantArchives(c.get('tenant'))
  const { keyId, limits } = c.get('identity')
  const { manifest } = archive
  const origins = [...manifest.earlier_origins, manifest.origin]
  const copy = await archives.findCopy(origins.map(({ evaluation }) => evaluation))
  if (copy !== null) {
    const why = reason('evaluation_imported', { evaluation: copy })
    throw new FailureError({ code: 'conflict', ...why, source: 'gateway' })
  }
  demand(await archives.open(id, keyId, toOptions(manifest, name ?? manifest.name, limits.retentionDays)))
  try {
    const preview = await readRows(archives, id, archive, Math.min(maxRows, limits.evaluationRows))
    demand(await archives.layOut(id))
    await readLabels(archives, id, archive)
    await readResults(archives, id, archive)
    // the reports of an archive are computed anew, but a damaged one is refused all the same
    for (const { name } of manifest.files) if (name.startsWith('report')) await readToEnd(archive, name)
    const imported = { imported_at: new Date().toISOString(), key: keyId, archive_sha256: sha256, origins }
    const finished = await archives.finish(id, { manifest, preview, tags, imported })
    if ('wrong' in finished) {
      throw wrongArchive([fieldError(`manifest.json: counts.${finished.wrong}`, 'archive_counts_differ')])
    }
    return 'evaluation' in finished ? finished.evaluation : refuse(finished)
  } catch (error) {
    await tenantEvaluations(c.get('tenant')).remove(id)
    throw error
  }
}

async function readRows(
  archives: TenantArchives,
  id: string,
  archive: OpenArchive,
  maximum: number,
): Promise<Preview> {
  const { settings, reading } = archive.manifest
  const rows = new ArchivedRows(settings.repeats, maximum)
  for await (const { values } of readArchivedLines('rows.jsonl', archive.read('rows.jsonl'), rowLine)) {
    const stored = []
    for (const line of values) stored.push(await rows.read(line))
    demand(await archives.appendRows(id, stored))
  }
  return rows.preview(reading)
}

async function readLabels(archives: TenantArchives, id: string, archive: OpenArchive): Promise<void> {
  const file = 'labels.jsonl'
  const order = new AscendingOrder(file)
  for await (const { values, firstLine } of readArchivedLines(file, archive.read(file), labelLine)) {
    values.forEach(({ row, turn }, index) => {
      order.check([row, turn], firstLine + index)
    })
    requireFit(await archives.appendLabels(id, values), file, firstLine)
  }
}

async function readResults(archives: TenantArchives, id: string, archive: OpenArchive): Promise<void> {
  const file = 'results.jsonl'
  const order = new AscendingOrder(file)
  for await (const { values, firstLine } of readArchivedLines(file, archive.read(file), resultLine)) {
    values.forEach(({ row, turn, repeat }, index) => {
      order.check([row, turn, repeat], firstLine + index)
    })
    requireFit(await archives.appendResults(id, values), file, firstLine)
  }
}

async function readToEnd(archive: OpenArchive, name: ArchiveFile): Promise<void> {
  for await (const _ of archive.read(name));
}

/** Checks that lines are in the order of their rows, without duplicates. */
class AscendingOrder {
  readonly #file: ArchiveFile
  #last: number[] = []

  constructor(file: ArchiveFile) {
    this.#file = file
  }

  check(place: number[], line: number): void {
    const at = place.findIndex((value, index) => value !== (this.#last[index] ?? 0))
    if (at === -1 || place[at]! < (this.#last[at] ?? 0)) {
      throw wrongLine(this.#file, line, fieldError('row', 'archive_not_in_order'))
    }
    this.#last = place
  }
}

function requireFit(stored: Failure | { unfit: number | null }, file: ArchiveFile, firstLine: number): void {
  if ('code' in stored) refuse(stored)
  else if (stored.unfit !== null) {
    throw wrongLine(file, firstLine + stored.unfit, fieldError('', 'archive_line_unfit'))
  }
}

function demand(failure: Failure | null): void {
  if (failure !== null) refuse(failure)
}

function refuse(failure: Failure): never {
  throw new FailureError(failure)
}

function parseQuery(given: Record<string, string>): ImportQuery {
  const parsed = importQuery.safeParse(given)
  if (!parsed.success) throw new FailureError(invalidRequest(fieldErrors(parsed.error.issues)))
  return parsed.data
}

function toOptions({ judge, settings }: Manifest, name: string, retentionDays: number): EvaluationOptions {
  const { protocol, template, repeats, summary, temperature, seed, max_tokens, on_weights_change } = settings
  return {
    name,
    model: judge.model,
    ...{ protocol, template, repeats, summary, temperature, seed },
    maxTokens: max_tokens,
    retentionDays,
    onWeightsChange: on_weights_change,
    answerFaults: settings.answer_faults,
  }
}
