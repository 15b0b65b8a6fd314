import { toModelName } from '../../schema/evaluation-input/model-name.ts'
import { toDatasetName } from '../../schema/report/dataset-name.ts'
import type { EvaluateOptions, EvaluationPreview } from '../api/api-types.ts'
import { openAnswers } from './answer-files.ts'
import { type Call, type Command, exitCodes, getText, UsageError } from './cli-context.ts'
import { getStepSummaryFile, getThreshold } from './continuous-integration.ts'
import { waitAndReport } from './evaluation-report.ts'
import { chooseJudge } from './judge-command.ts'
import { ciOptions } from './options.ts'
import { renderDuration, renderPreviewNotes, toJsonLine, toPrintable } from './render.ts'

/** Judges a file of answers. */
export const evalCommand: Command = {
  positionals: 'answers.jsonl…',
  options: [
    'model',
    'name',
    'dataset',
    'tags',
    'protocol',
    'template',
    'repeats',
    'summary',
    'temperature',
    'seed',
    'max-tokens',
    'charset',
    'empty',
    'on-weights-change',
    'notify',
    'references',
    'preview',
    'wait',
    ...ciOptions,
  ],
  async run(call) {
    const { values, positionals, client, out, err, texts, signal } = call
    if (positionals.length === 0) throw new UsageError(texts.giveFile)
    getStepSummaryFile(call)
    getThreshold(call)
    const answers = await openAnswers(call, positionals)
    const keval = client()
    const options = {
      ...toEvaluateOptions(call),
      model: await chooseJudge(call, keval, getText(values, 'model'), 'model'),
    } as unknown as EvaluateOptions
    const file = positionals.at(-1)!
    if (file !== '-') options.name ??= toModelName(file)
    if (values.preview) {
      const preview = await keval.preview(answers, options, { signal })
      await out(values.json ? toJsonLine(preview) : renderPreview(call, preview))
      return exitCodes.done
    }
    const evaluation = await keval.evaluate(answers, options, { signal })
    if (values.wait) return waitAndReport(call, keval, evaluation.id)
    if (values.json) await out(toJsonLine(evaluation))
    else {
      const { id, counts, preview } = evaluation
      for (const note of preview === null ? [] : renderPreviewNotes(preview, texts)) err(`! ${note}\n`)
      await out(`${texts.begun(id, counts.judgments)}\n`)
    }
    return exitCodes.done
  },
}

const evaluateOptions = [
  'name',
  'dataset',
  'tags',
  'protocol',
  'template',
  'repeats',
  'summary',
  'temperature',
  'seed',
  'max-tokens',
  'charset',
  'empty',
  'on-weights-change',
  'notify',
] as const

/** The options as the API names them; the gateway checks their values. */
export function toEvaluateOptions({ values }: Call): Record<string, string> {
  const given: Record<string, string> = {}
  for (const name of evaluateOptions) {
    const value = getText(values, name)
    if (value !== undefined) given[name.replaceAll('-', '_')] = value
  }
  return given
}

function renderPreview(
  { texts, positionals }: Call,
  { preview, dataset, estimated_seconds: seconds }: EvaluationPreview,
): string {
  const { format, rows, judgments, labels, references, templates, published, estimated_tokens } = preview
  const byTemplate = Object.entries(templates).map(([name, count]) => `${count} × ${name}`)
  const lines = [
    ...preview.files.map(({ name, container, gzip, role, columns }) =>
      texts.previewFile(
        name ?? positionals[0]!,
        `${container}${gzip ? ' (gzip)' : ''}`,
        texts.fileRoles[role ?? 'rows'],
        Object.entries(columns)
          .map(([column, field]) => (column === field ? field : `${column} → ${field}`))
          .join(', '),
      ),
    ),
    texts.previewDataset(
      dataset.version === null
        ? texts.newDataset(dataset.name)
        : toDatasetName({ ...dataset, version: dataset.version }),
    ),
    texts.previewRows(rows, format ?? '–', labels, references),
    texts.previewJudgments(judgments, byTemplate.join(', ')),
    texts.previewTokens(
      estimated_tokens.prompt + estimated_tokens.completion,
      seconds === null ? null : renderDuration(seconds, texts),
    ),
    texts.previewPublished(published['ko-bench'], published['keval-testset']),
    ...renderPreviewNotes(preview, texts).map((note) => `! ${note}`),
    texts.nothingStarted,
  ]
  return `${lines.map(toPrintable).join('\n')}\n`
}
