import { comparisonNotes, comparisonTablesOf, headOf } from '../../schema/report/comparison-tables.ts'
import { decimal, range } from '../../schema/report/tables.ts'
import { type ReportLanguage, reportLanguages, reportTexts } from '../../schema/report/texts/languages.ts'
import { idIn, showReport } from './attend.ts'
import { type Command, exitCodes, UsageError, type Values } from './command.ts'
import { printable, tableText } from './terminal.ts'

export const listCommand: Command = {
  usage: '',
  summary: 'Lists the newest evaluations.',
  options: {},
  async run({ client, values, out }) {
    const evaluations = await client().evaluations()
    if (values.json) out(`${JSON.stringify(evaluations)}\n`)
    else if (evaluations.length === 0)
      out('There are no evaluations yet. Start one: keval eval answers.jsonl\n')
    else {
      const lines = evaluations.map(({ id, name, model, protocol, status, progress, rows }) => {
        return [id, name, model, protocol, status, `${Math.floor(progress * 100)}%`, String(rows)]
      })
      out(
        tableText({
          title: 'Evaluations',
          head: ['id', 'name', 'judge', 'protocol', 'status', 'done', 'rows'],
          lines,
        }),
      )
    }
    return exitCodes.done
  },
}

export const reportCommand: Command = {
  usage: '<id> [--format text|markdown|html] [--language en|ko]',
  summary: 'Shows all tables of an evaluation; html is one page with plots.',
  options: { format: { type: 'string' }, language: { type: 'string' } },
  async run(call) {
    const id = idIn(call)
    const language = languageIn(call.values)
    const format = formatIn(call.values)
    if (format === 'text' || call.values.json) await showReport(call, call.client(), id, language)
    else call.out(await call.client().reportText(id, format, language))
    return exitCodes.done
  },
}

export const resultsCommand: Command = {
  usage: '<id>',
  summary: 'Writes every judgment of an evaluation as JSON Lines.',
  options: {},
  async run(call) {
    for await (const result of call.client().results(idIn(call))) call.out(`${JSON.stringify(result)}\n`)
    return exitCodes.done
  },
}

export const compareCommand: Command = {
  usage: '<a> <b> [--model …] [--with-model …] [--format text|markdown|html] [--language en|ko]',
  summary: 'Compares two evaluations of the same rows: is b better than a, beyond chance?',
  options: {
    model: { type: 'string' },
    'with-model': { type: 'string' },
    format: { type: 'string' },
    language: { type: 'string' },
  },
  async run({ client, positionals, values, out }) {
    const [a, b] = positionals
    if (a === undefined || b === undefined || positionals.length > 2)
      throw new UsageError('keval compare <a> <b>')
    const language = languageIn(values)
    const options = {
      language,
      ...(typeof values.model === 'string' && { model: values.model }),
      ...(typeof values['with-model'] === 'string' && { with_model: values['with-model'] }),
    }
    const format = formatIn(values)
    if (format !== 'text' && !values.json) {
      out(await client().compareText(a, b, format, options))
      return exitCodes.done
    }
    const compared = await client().compare(a, b, options)
    if (values.json) {
      out(`${JSON.stringify(compared)}\n`)
      return exitCodes.done
    }
    const texts = reportTexts[language]
    out(`\n${printable(headOf(compared, texts))}\n`)
    for (const note of comparisonNotes(compared, texts)) out(`! ${printable(note)}\n`)
    for (const table of comparisonTablesOf(compared, texts)) out(`\n${tableText(table)}`)
    return exitCodes.done
  },
}

function languageIn({ language }: Values): ReportLanguage {
  const known = reportLanguages.find((one) => one === (language ?? 'en'))
  if (known === undefined) throw new UsageError('--language is en or ko.')
  return known
}

function formatIn({ format = 'text' }: Values): 'text' | 'markdown' | 'html' {
  if (format === 'text' || format === 'markdown' || format === 'html') return format
  throw new UsageError('--format is text, markdown or html.')
}

export const leaderboardCommand: Command = {
  usage: '',
  summary: 'Ranks the models of all completed evaluations, within the same questions, protocol and judge.',
  options: {},
  async run({ client, values, out }) {
    const entries = await client().leaderboard()
    if (values.json) {
      out(`${JSON.stringify(entries)}\n`)
      return exitCodes.done
    }
    if (entries.length === 0) out('Nothing to rank yet: no evaluation is completed.\n')
    const boards = Map.groupBy(
      entries,
      ({ protocol, judge, dataset }) => `${judge} · ${protocol} · questions ${dataset}`,
    )
    const head = ['model', 'rank', 'score', '95% interval', 'rated', 'wrong', '']
    for (const [title, board] of boards) {
      const lines = board.map(({ model, rank, score, interval, rated, wrong, unranked }) => {
        const why =
          unranked === 'too_few_rows' ? 'too few rows to rank' : unranked === 'no_ratings' ? 'no ratings' : ''
        return [
          model,
          rank === null ? '–' : String(rank),
          decimal(score),
          range(interval, decimal),
          String(rated),
          String(wrong),
          why,
        ]
      })
      out(`${tableText({ title, head, lines })}\n`)
    }
    return exitCodes.done
  },
}
