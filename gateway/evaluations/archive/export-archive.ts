import { type Failure, FailureError, reason } from '../../../schema/api/errors.ts'
import {
  archiveFormat,
  archiveVersion,
  type Manifest,
  type ResultLine,
} from '../../../schema/api/evaluation-archive.ts'
import { templateNames, templates } from '../../../schema/judge/templates.ts'
import { type ReportLanguage, reportTexts } from '../../../schema/report/texts/languages.ts'
import type { GatewayContext } from '../../http/context.ts'
import { publicOrigin } from '../../http/public-origin.ts'
import type { EvaluationRecord } from '../evaluation-store.ts'
import { buildReport } from '../report/build-report.ts'
import { reportHtml } from '../report/html.ts'
import { reportMarkdown } from '../report/markdown.ts'
import type { ResultPlace } from '../results-query.ts'
import { tenantRows } from '../rows/tenant-rows.ts'
import { type TenantEvaluations, tenantEvaluations } from '../tenant-evaluations.ts'
import { ArchiveWriter } from './archive-writer.ts'
import { digestTemplate } from './digest-template.ts'
import { type TenantArchives, tenantArchives } from './tenant-archives.ts'

const labelPage = 200

/** Streams the archive of an evaluation that has ended. */
export function exportArchive(c: GatewayContext, record: EvaluationRecord): ReadableStream<Uint8Array> {
  const { status } = record
  if (status !== 'completed' && status !== 'cancelled') throw conflict(reason('export_not_ended', { status }))
  if (record.auditId !== null) throw conflict(reason('export_of_audit', { audit: record.auditId }))
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  // an archive that breaks off has no manifest: its reader sees a download that failed
  c.executionCtx.waitUntil(
    writeArchive(c, { ...record, status }, writable).catch((error) =>
      writable.abort(error).catch(() => undefined),
    ),
  )
  return readable
}

type EndedEvaluation = EvaluationRecord & { status: 'completed' | 'cancelled' }

async function writeArchive(
  c: GatewayContext,
  record: EndedEvaluation,
  writable: WritableStream<Uint8Array>,
): Promise<void> {
  const archives = tenantArchives(c.get('tenant'))
  const evaluations = tenantEvaluations(c.get('tenant'))
  const rows = tenantRows(c.get('tenant'))
  const archive = new ArchiveWriter(writable)
  const { id } = record
  await archive.add('rows.jsonl', readRows(archives, id))
  await archive.add(
    'labels.jsonl',
    readLabels((after) => rows.labels(id, after, labelPage)),
  )
  await archive.add('results.jsonl', readResults(archives, id))
  const report = await createReport(evaluations, record)
  await archive.add('report.json', [`${JSON.stringify(report('en'), null, 2)}\n`])
  await archive.add('report.en.md', [reportMarkdown(report('en'), reportTexts.en)])
  await archive.add('report.ko.md', [reportMarkdown(report('ko'), reportTexts.ko)])
  await archive.add('report.en.html', [reportHtml(report('en'), reportTexts.en)])
  await archive.add('report.ko.html', [reportHtml(report('ko'), reportTexts.ko)])
  const manifest = await createManifest(c, record, await evaluations.weights(id))
  if (toState(await evaluations.get(id)) !== toState(record)) throw new Error('the evaluation has changed')
  await archive.end(manifest)
}

/** Row counts that must not change during an export. */
const toState = (record: EvaluationRecord | null) =>
  JSON.stringify(
    record && [
      record.status,
      record.rated,
      record.wrong,
      record.failed,
      record.labelRevision,
      record.options,
    ],
  )

async function* readRows(archives: TenantArchives, id: string) {
  for (let after = 0; ; ) {
    const lines = await archives.rowLines(id, after)
    const last = lines.at(-1)
    if (last === undefined) return
    yield toLines(lines)
    after = last.row
  }
}

async function* readResults(archives: TenantArchives, id: string) {
  for (let after: ResultPlace | null = [0, 0, 0]; after !== null; ) {
    const page: { lines: ResultLine[]; next: ResultPlace | null } = await archives.resultLines(id, after)
    if (page.lines.length > 0) yield toLines(page.lines)
    after = page.next
  }
}

async function* readLabels<Label extends { row: number; turn: number }>(
  read: (after: [row: number, turn: number]) => Promise<Label[]>,
) {
  for (let after: [number, number] = [0, 0]; ; ) {
    const lines = await read(after)
    const last = lines.at(-1)
    if (last === undefined) return
    yield toLines(lines)
    after = [last.row, last.turn]
  }
}

const toLines = (values: readonly unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('')

async function createReport(evaluations: TenantEvaluations, record: EvaluationRecord) {
  const [counts, other, audited] = await Promise.all([
    evaluations.counts(record.id),
    evaluations.otherProtocol(record.id),
    evaluations.auditedNoise(record.id),
  ])
  return (language: ReportLanguage) => buildReport(record, counts, other, audited, language)
}

async function createManifest(
  c: GatewayContext,
  record: EndedEvaluation,
  weights: Manifest['judge']['weights'],
): Promise<Omit<Manifest, 'files'>> {
  const { options, preview, rows, judgments, rated, wrong, failed, status, tags, imported } = record
  const used = templateNames.filter((name) => Object.hasOwn(preview?.templates ?? {}, name))
  return {
    format: archiveFormat,
    version: archiveVersion,
    origin: {
      gateway: publicOrigin(c),
      tenant: c.get('identity').tenantId,
      evaluation: record.id,
      created_at: new Date(record.createdAt).toISOString(),
      exported_at: new Date().toISOString(),
    },
    earlier_origins: imported?.origins ?? [],
    name: options.name,
    tags,
    dataset: record.datasetName,
    status,
    judge: {
      model: options.model,
      weights_digest: record.weightsDigest,
      weights: weights.map(({ weights_digest, precision, provider }) => ({
        weights_digest,
        precision,
        provider,
      })),
    },
    templates: await Promise.all(
      used.map(async (name) => ({
        name,
        version: templates[name].version,
        sha256: await digestTemplate(name),
      })),
    ),
    settings: {
      protocol: options.protocol,
      template: options.template,
      repeats: options.repeats,
      summary: options.summary,
      temperature: options.temperature,
      seed: options.seed,
      max_tokens: options.maxTokens,
      on_weights_change: options.onWeightsChange,
      answer_faults: options.answerFaults,
    },
    counts: { rows, judgments, rated, wrong, failed },
    started_at: toTime(record.startedAt),
    progressed_at: toTime(record.progressedAt),
    finished_at: toTime(record.finishedAt),
    file_sha256: record.fileSha256,
    reading: {
      format: preview?.format ?? null,
      ignored_fields: preview?.ignored_fields ?? [],
      skipped_rows: preview?.skipped_rows ?? 0,
      files: preview?.files ?? [],
    },
  }
}

const toTime = (at: number | null) => (at === null ? null : new Date(at).toISOString())

const conflict = (why: Pick<Failure, 'reason' | 'params'>) =>
  new FailureError({ code: 'conflict', ...why, source: 'gateway' })
