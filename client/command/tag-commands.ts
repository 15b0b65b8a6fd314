import { toDatasetName } from '../../schema/report/dataset-name.ts'
import { percent, range } from '../../schema/report/table.ts'
import type { EvaluationHistory } from '../api/api-types.ts'
import { type Call, type Command, exitCodes, getNumber, getText, UsageError } from './cli-context.ts'
import { getEvaluationId } from './evaluation-report.ts'
import { renderTable, toJsonLine, toPrintable } from './render.ts'

/** Names an evaluation, tags it, or makes it the baseline of its tags. */
export const tagCommand: Command = {
  positionals: '<id>',
  options: ['tags', 'name', 'baseline-for'],
  async run(call) {
    const { values, client, out, texts, signal } = call
    const [name, tags, baselines] = [
      getText(values, 'name'),
      getList(call, 'tags'),
      getList(call, 'baseline-for'),
    ]
    if (name === undefined && tags === undefined && baselines === undefined)
      throw new UsageError(texts.tagWhat)
    const evaluation = await client().change(
      getEvaluationId(call),
      {
        ...(name !== undefined && { name }),
        ...(tags !== undefined && { tags }),
        ...(baselines !== undefined && { baseline_for: baselines }),
      },
      { signal },
    )
    await out(
      values.json
        ? toJsonLine(evaluation)
        : `${toPrintable(texts.tagged(evaluation.id, evaluation.name, evaluation.tags, evaluation.baseline_for))}\n`,
    )
    return exitCodes.done
  },
}

/** Shows how the scores of the runs of a tag or dataset moved. */
export const historyCommand: Command = {
  positionals: '',
  options: ['tag', 'dataset', 'limit'],
  async run(call) {
    const { values, client, out, texts, signal } = call
    const tag = getText(values, 'tag')
    const dataset = getText(values, 'dataset')
    if (tag === undefined && dataset === undefined) throw new UsageError(texts.giveTagOrDataset)
    const chosen = [dataset, tag].filter((one) => one !== undefined).join(' · ')
    const limit = getNumber(call, 'limit', { min: 1, max: 50, whole: true })
    const history = await client().history({
      signal,
      ...(tag !== undefined && { tag }),
      ...(dataset !== undefined && { dataset }),
      ...(limit !== undefined && { limit }),
    })
    if (values.json) await out(toJsonLine(history))
    else if (history.data.length === 0) await out(`${toPrintable(texts.noRuns(chosen))}\n`)
    else await out(renderHistory(call, history, chosen))
    return exitCodes.done
  },
}

function renderHistory({ texts }: Call, { baseline, data }: EvaluationHistory, chosen: string): string {
  const lines = data.map((run) => [
    new Date(run.created * 1000).toISOString().slice(0, 16).replace('T', ' '),
    run.name,
    percent(run.score),
    range(run.interval, percent),
    renderPlace(run.score, run.interval),
    run.dataset === null ? '' : toDatasetName(run.dataset),
    String(run.rows),
    [...new Set(run.weights.map(({ weights_digest: digest }) => digest?.slice(0, 8) ?? '–'))].join(', '),
    [
      ...(run.id === baseline ? [texts.isBaseline] : []),
      ...(run.imported_from === null ? [] : [texts.importedFrom(run.imported_from)]),
      ...run.changed.map((change) => texts.historyChanges[change]),
    ].join(', '),
    run.id,
  ])
  return renderTable({ title: texts.historyOf(chosen), head: texts.historyColumns, lines })
}

const plotWidth = 21

/** The score and its interval on a line from 0 to 1. */
function renderPlace(score: number | null, interval: readonly [number, number] | null): string {
  const at = (value: number) => Math.round(value * (plotWidth - 1))
  return Array.from({ length: plotWidth }, (_, column) => {
    if (score !== null && column === at(score)) return '●'
    return interval !== null && column >= at(interval[0]) && column <= at(interval[1]) ? '─' : '·'
  }).join('')
}

function getList({ values }: Call, name: 'tags' | 'baseline-for'): string[] | undefined {
  const text = getText(values, name)
  if (text === undefined) return undefined
  return text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
}
