import {
  buildComparisonTables,
  comparisonNotes,
  describeSides,
} from '../../schema/report/comparison-tables.ts'
import { toDatasetName } from '../../schema/report/dataset-name.ts'
import { percent, range } from '../../schema/report/table.ts'
import { reportTexts } from '../../schema/report/texts/languages.ts'
import type { Comparison, LeaderboardEntry } from '../api/api-types.ts'
import type { Keval } from '../api/keval.ts'
import {
  type Call,
  type Command,
  exitCodes,
  getChoice,
  getNumber,
  getText,
  InputError,
  UsageError,
} from './cli-context.ts'
import { checkThreshold, getStepSummaryFile, writeComparisonForCi } from './continuous-integration.ts'
import { getEvaluationId, showReport, waitAndReport } from './evaluation-report.ts'
import { ciOptions } from './options.ts'
import { getOneSidedP, isRegression } from './regression.ts'
import { renderTable, toJsonLine, toPrintable, writeDocument } from './render.ts'

/** Lists the newest evaluations. */
export const listCommand: Command = {
  positionals: '',
  options: ['tag', 'dataset', 'search', 'sort'],
  async run(call) {
    const { client, values, out, texts, signal } = call
    const [tag, search] = [getText(values, 'tag'), getText(values, 'search')]
    const dataset = getText(values, 'dataset')
    const sort = getChoice(call, 'sort', ['newest', 'oldest', 'name'] as const)
    const evaluations = await client().evaluations({
      signal,
      ...(tag !== undefined && { tag }),
      ...(dataset !== undefined && { dataset }),
      ...(search !== undefined && { search }),
      ...(sort !== undefined && { sort }),
    })
    if (values.json) await out(toJsonLine(evaluations))
    else if (evaluations.length === 0) await out(`${texts.noEvaluations}\n`)
    else {
      const lines = evaluations.map(
        ({ id, name, model, protocol, status, progress, rows, dataset, tags }) => {
          return [
            id,
            name,
            model,
            protocol,
            status,
            `${Math.floor(progress * 100)}%`,
            String(rows),
            dataset === null ? '' : toDatasetName(dataset),
            tags.join(', '),
          ]
        },
      )
      await out(renderTable({ title: texts.evaluations, head: texts.evaluationColumns, lines }))
    }
    return exitCodes.done
  },
}

/** Shows the progress of an evaluation to its end, then the tables. */
export const waitCommand: Command = {
  positionals: '<id>',
  options: ciOptions,
  run: async (call) => waitAndReport(call, call.client(), getEvaluationId(call)),
}

/** Stops or resumes an evaluation. */
const changes = (step: 'cancel' | 'resume'): Command => ({
  positionals: '<id>',
  options: [],
  async run(call) {
    const evaluation = await call.client()[step](getEvaluationId(call), { signal: call.signal })
    const { id, status, counts } = evaluation
    await call.out(
      call.values.json ? toJsonLine(evaluation) : `${call.texts.nowIs(id, status, counts.pending)}\n`,
    )
    return exitCodes.done
  },
})
export const cancelCommand = changes('cancel')
export const resumeCommand = changes('resume')

/** Shows the report of an evaluation. */
export const reportCommand: Command = {
  positionals: '<id>',
  options: ['format', ...ciOptions],
  async run(call) {
    const id = getEvaluationId(call)
    const format = getFormat(call)
    const keval = call.client()
    if (format === 'text' || call.values.json) {
      const report = await showReport(call, keval, id)
      return checkThreshold(call, report) ? exitCodes.done : exitCodes.belowThreshold
    }
    await writeDocument(call, await keval.reportText(id, format, call.language, { signal: call.signal }))
    return exitCodes.done
  },
}

/** Writes every judgment of an evaluation as JSON Lines or CSV. */
export const resultsCommand: Command = {
  positionals: '<id>',
  options: ['format', 'bom', 'texts'],
  async run(call) {
    const id = getEvaluationId(call)
    const { values, signal } = call
    const texts = values.texts === true
    if (getChoice(call, 'format', ['jsonl', 'csv'] as const) === 'csv') {
      const pieces = call.client().resultsCsv(id, { signal, bom: values.bom === true, texts })
      for await (const piece of pieces) await writeDocument(call, piece)
      return exitCodes.done
    }
    for await (const result of call.client().results(id, { signal, texts }))
      await call.out(toJsonLine(result))
    return exitCodes.done
  },
}

/** Compares two evaluations of the same questions. */
export const compareCommand: Command = {
  positionals: '<a> <b> | --baseline TAG [<b>]',
  options: [
    'baseline',
    'answering-model',
    'with-model',
    'format',
    'fail-on-regression',
    'alpha',
    'junit',
    'github-summary',
  ],
  async run(call) {
    const { client, values, out, language, signal } = call
    const alpha = getNumber(call, 'alpha', { min: 0.0001, max: 0.5 }) ?? 0.05
    getStepSummaryFile(call)
    const model = getText(values, 'answering-model')
    const withModel = getText(values, 'with-model')
    const options = {
      language,
      signal,
      ...(model !== undefined && { model }),
      ...(withModel !== undefined && { with_model: withModel }),
    }
    const format = getFormat(call)
    const keval = client()
    const [a, b] = await chooseSides(call, keval)
    const compared = await keval.compare(a, b, options)
    const regression = values['fail-on-regression'] === true ? explainRegression(call, compared, alpha) : null
    await writeComparisonForCi(call, compared, regression, () => keval.compareText(a, b, 'markdown', options))
    if (values.json) await out(toJsonLine(compared))
    else if (format !== 'text') await writeDocument(call, await keval.compareText(a, b, format, options))
    else {
      const reportWords = reportTexts[language]
      await out(`\n${toPrintable(describeSides(compared, reportWords))}\n`)
      for (const note of comparisonNotes(compared, reportWords)) await out(`! ${toPrintable(note)}\n`)
      for (const table of buildComparisonTables(compared, reportWords)) await out(`\n${renderTable(table)}`)
    }
    if (regression === null) return exitCodes.done
    call.err(`${toPrintable(regression)}\n`)
    return exitCodes.regression
  },
}

/** The two evaluations that are named, or the baseline of a tag and its newest run. */
async function chooseSides(call: Call, keval: Keval): Promise<[string, string]> {
  const { positionals, values, texts, signal } = call
  const tag = getText(values, 'baseline')
  if (tag === undefined) {
    const [a, b] = positionals
    if (a === undefined || b === undefined || positionals.length > 2)
      throw new UsageError(texts.giveTwoEvaluations)
    return [a, b]
  }
  if (positionals.length > 1) throw new UsageError(texts.giveTwoEvaluations)
  const { baseline, data } = await keval.history({ tag, signal })
  if (baseline === null) throw new InputError(texts.noBaseline(tag))
  const newest = positionals[0] ?? data.at(-1)?.id
  if (newest === undefined || newest === baseline) throw new InputError(texts.nothingSinceBaseline(tag))
  return [baseline, newest]
}

/** The message of a regression, or null. Nothing compared is a regression too. */
function explainRegression({ texts }: Call, { rating }: Comparison, alpha: number): string | null {
  const p = getOneSidedP(rating)
  if (p === null) return texts.nothingCompared
  return isRegression(rating, alpha) ? texts.regression(rating.difference!, p, alpha, rating.pairs) : null
}

const getFormat = (call: Call) => getChoice(call, 'format', ['text', 'markdown', 'html'] as const) ?? 'text'

/** Ranks the models of all completed evaluations. */
export const leaderboardCommand: Command = {
  positionals: '',
  options: ['dataset', 'version'],
  async run(call) {
    const { client, values, out, texts, signal } = call
    const dataset = getText(values, 'dataset')
    const version = getNumber(call, 'version', { min: 1, whole: true })
    const entries = await client().leaderboard({
      signal,
      ...(dataset !== undefined && { dataset }),
      ...(version !== undefined && { version }),
    })
    if (values.json) {
      await out(toJsonLine(entries))
      return exitCodes.done
    }
    if (entries.length === 0) await out(`${texts.nothingToRank}\n`)
    const boards = new Map<string, LeaderboardEntry[]>()
    for (const entry of entries) {
      const whole = toDatasetName(entry.dataset)
      const name = entry.dataset.complete ? whole : texts.partOf(whole, entry.dataset.digest)
      const title = texts.board(name, entry.judge, entry.protocol)
      boards.set(title, [...(boards.get(title) ?? []), entry])
    }
    for (const [title, board] of boards) {
      const lines = board.map(
        ({
          model,
          rank,
          score,
          interval,
          rated,
          wrong,
          unranked,
          not_separated_from: close,
          imported_from: from,
        }) => [
          model,
          rank === null ? '–' : String(rank),
          percent(score),
          range(interval, percent),
          String(rated),
          String(wrong),
          [
            ...(from === null ? [] : [texts.importedFrom(from)]),
            ...(unranked !== null ? [texts.unranked[unranked] ?? unranked] : []),
            ...(unranked === null && close.length > 0 ? [texts.notSeparated(close)] : []),
          ].join('; '),
        ],
      )
      await out(`${renderTable({ title, head: texts.boardColumns, lines })}\n`)
    }
    return exitCodes.done
  },
}
