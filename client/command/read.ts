import { decimal, range } from '../../schema/report/tables.ts'
import { reportLanguages } from '../../schema/report/texts/languages.ts'
import { idIn, showReport } from './attend.ts'
import type { Command } from './commands.ts'
import { exitCodes, UsageError } from './run.ts'
import { tableText } from './terminal.ts'

export const listCommand: Command = {
  usage: '',
  summary: 'Lists the newest evaluations.',
  options: {},
  async run({ client, values, out }) {
    const evaluations = await client().evaluations()
    if (values.json) out(`${JSON.stringify(evaluations)}\n`)
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
    const format = call.values.format ?? 'text'
    const language = reportLanguages.find((one) => one === (call.values.language ?? 'en'))
    if (language === undefined) throw new UsageError('--language is en or ko.')
    if (call.values.json) await showReport(call, call.client(), id, language)
    else if (format === 'markdown' || format === 'html') {
      call.out(await call.client().reportText(id, format, language))
    } else if (format === 'text') await showReport(call, call.client(), id, language)
    else throw new UsageError('--format is text, markdown or html.')
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
  usage: '<a> <b> [--model …] [--with-model …]',
  summary: 'Compares two evaluations of the same rows: is b better than a, beyond chance?',
  options: { model: { type: 'string' }, 'with-model': { type: 'string' } },
  async run({ client, positionals, values, out }) {
    const [a, b] = positionals
    if (a === undefined || b === undefined || positionals.length > 2)
      throw new UsageError('keval compare <a> <b>')
    const compared = await client().compare(a, b, {
      ...(typeof values.model === 'string' && { model: values.model }),
      ...(typeof values['with-model'] === 'string' && { with_model: values['with-model'] }),
    })
    if (values.json) {
      out(`${JSON.stringify(compared)}\n`)
      return exitCodes.done
    }
    const sides = { rating: compared.rating, 'diff score': compared.diff }
    const lines = Object.entries(sides).flatMap(([name, paired]) => {
      if (paired === null) return []
      const { pairs, difference, interval, p_value: p, wins } = paired
      return [
        [
          name,
          String(pairs),
          decimal(difference),
          range(interval, decimal),
          decimal(p, 4),
          `${wins.y} / ${wins.tie} / ${wins.x}`,
        ],
      ]
    })
    const head = ['', 'rows', 'b - a', '95% interval', 'p', 'b above / tie / a above']
    out(
      tableText({
        title: `a: ${compared.x.name} (${compared.x.id})   b: ${compared.y.name} (${compared.y.id})`,
        head,
        lines,
      }),
    )
    if (compared.categories.length > 1) {
      const categories = compared.categories.map(({ category, rows, x, y }) => {
        return [category ?? '–', String(rows), decimal(x), decimal(y), decimal(y - x)]
      })
      out(
        tableText({
          title: 'Mean ratings by category',
          head: ['category', 'rows', 'a', 'b', 'b - a'],
          lines: categories,
        }),
      )
    }
    for (const note of compared.notes) out(`! ${note}\n`)
    return exitCodes.done
  },
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
