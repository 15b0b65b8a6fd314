import type { Keval } from '../keval.ts'
import { type Command, exitCodes, UsageError } from './command.ts'
import { printable } from './terminal.ts'

export const judgeCommand: Command = {
  usage: '--question … --answer … [--reference …] [--model …]',
  summary: 'Judges one answer. --answer - reads the answer from standard input.',
  options: {
    model: { type: 'string' },
    question: { type: 'string' },
    answer: { type: 'string' },
    reference: { type: 'string' },
  },
  async run({ values, client, readInput, out }) {
    const { question, answer, reference } = values
    if (typeof question !== 'string' || typeof answer !== 'string') {
      throw new UsageError('A judgment needs --question and --answer.')
    }
    const keval = client()
    const judgment = await keval.judge({
      model: await modelFor(keval, values.model),
      question,
      answer: answer === '-' ? await readInput() : answer,
      ...(typeof reference === 'string' && { reference }),
    })
    if (values.json) out(`${JSON.stringify(judgment)}\n`)
    else {
      const text = judgment.explanation.split('\n').map(printable).join('\n')
      out(
        `${judgment.rating === null ? `No rating (${judgment.verdict})` : `Rating: ${judgment.rating}`}\n\n${text}\n`,
      )
    }
    return judgment.rating === null ? exitCodes.incomplete : exitCodes.done
  },
}

/** The judge asked for, or the only one there is. */
export async function modelFor(keval: Keval, given: unknown): Promise<string> {
  if (typeof given === 'string') return given
  const models = (await keval.models()).map(({ id }) => id)
  if (models.length === 1) return models[0]!
  throw new UsageError(
    models.length === 0
      ? 'No model is served at the moment.'
      : `Name the judge: --model ${models.join(' | ')}`,
  )
}
