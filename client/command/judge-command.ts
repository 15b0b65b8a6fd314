import type { Keval } from '../api/keval.ts'
import { type Call, type Command, exitCodes, getNumber, getText, UsageError } from './cli-context.ts'
import { toJsonLine, toPrintable, toPrintableLines } from './render.ts'

/** Judges one answer. */
export const judgeCommand: Command = {
  positionals: '',
  options: ['question', 'answer', 'reference', 'model', 'temperature', 'seed'],
  async run(call) {
    const { values, client, readInput, out, texts, signal } = call
    const question = getText(values, 'question')
    const answer = getText(values, 'answer')
    if (question === undefined || answer === undefined) throw new UsageError(texts.judgeNeeds)
    const keval = client()
    const reference = getText(values, 'reference')
    const temperature = getNumber(call, 'temperature', { max: 2 })
    const seed = getNumber(call, 'seed', { whole: true })
    const judgment = await keval.judge(
      {
        model: await chooseJudge(call, keval, getText(values, 'model'), 'model'),
        question,
        answer: answer === '-' ? decodeInput(await readInput(), texts.inputNotUtf8) : answer,
        ...(reference !== undefined && { reference }),
        ...(temperature !== undefined && { temperature }),
        ...(seed !== undefined && { seed }),
      },
      { signal },
    )
    const { rating, verdict, explanation, warnings } = judgment
    if (values.json) await out(toJsonLine(judgment))
    else {
      for (const { message } of warnings) await out(`! ${toPrintable(message)}\n`)
      await out(`${rating === null ? texts.noRating(verdict) : texts.rating(rating)}\n\n`)
      await out(`${toPrintableLines(explanation)}\n`)
    }
    return rating === null ? exitCodes.incomplete : exitCodes.done
  },
}

/** The judge asked for, or the only one that is served. */
export async function chooseJudge(
  { texts, signal }: Pick<Call, 'texts' | 'signal'>,
  keval: Keval,
  given: string | undefined,
  option: 'model' | 'judge',
): Promise<string> {
  if (given !== undefined) return given
  const models = (await keval.models({ signal })).map(({ id }) => toPrintable(id))
  if (models.length === 1) return models[0]!
  throw new UsageError(models.length === 0 ? texts.noModelServed : texts.nameJudge(option, models))
}

/** Refuses a judge that is not served now. */
export async function checkJudge(
  { texts, signal }: Pick<Call, 'texts' | 'signal'>,
  keval: Keval,
  judge: string,
): Promise<void> {
  const models = (await keval.models({ signal })).map(({ id }) => id)
  if (models.includes(judge)) return
  throw new UsageError(texts.judgeNotServed(toPrintable(judge), models.map(toPrintable)))
}

function decodeInput(bytes: Uint8Array, message: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new UsageError(message)
  }
}
