import { getCategoryTemperature } from './category-temperature.ts'
import type { Journal, JournalEntry } from './journal.ts'
import type { Question } from './question.ts'
import { type ChatMessage, type Target, TargetError } from './target.ts'

/** Options for the requests to the target. */
export interface AskOptions {
  system: string | null
  /** `mt-bench` takes the temperature of the category; null leaves it to the target. */
  temperature: number | 'mt-bench' | null
  /** Further fields of the request body, the same for all questions. */
  fields: Record<string, unknown>
  samples: number
  concurrency: number
}

export interface AskProgress {
  /** Turns that have an answer, earlier runs included. */
  answered: number
  failed: number
  total: number
  empty: number
  cut: number
  refused: number
  /** Answers per second of this run; null before the first. */
  rate: number | null
  secondsLeft: number | null
}

export interface FailedAnswer {
  question: Question
  turn: number
  reason: string
}

interface Asking {
  questions: readonly Question[]
  target: Target
  journal: Journal
  options: AskOptions
  signal: AbortSignal
  onProgress: (progress: AskProgress) => void
}

/**
 * Asks every question that the journal does not have, so many at a time; the first answer is in the context of the
 * second question. Resolves to the questions without an answer. Throws a {@link TargetError} when the target refuses
 * all requests or has stopped answering.
 */
export async function answerQuestions(asking: Asking): Promise<FailedAnswer[]> {
  const { questions, options, signal } = asking
  const jobs = Array.from({ length: options.samples }, (_, index) =>
    questions.map((question) => ({ question, sample: index + 1 })),
  ).flat()
  const run = new Run(
    asking,
    jobs.reduce((sum, { question }) => sum + question.turns.length, 0),
  )
  const stop = new AbortController()
  const stopped = AbortSignal.any([signal, stop.signal])
  const queue = jobs.values()
  const work = async () => {
    for (const { question, sample } of queue) {
      stopped.throwIfAborted()
      await run.answer(question, sample, stopped)
    }
  }
  const workers = Array.from({ length: Math.min(options.concurrency, jobs.length) }, () =>
    work().catch((error) => {
      stop.abort(error)
    }),
  )
  await Promise.all(workers)
  if (stop.signal.aborted) throw stop.signal.reason
  return run.failed
}

class Run {
  readonly failed: FailedAnswer[] = []
  readonly #asking: Asking
  readonly #total: number
  readonly #started = performance.now()
  readonly #tally = { answered: 0, empty: 0, cut: 0, refused: 0 }
  #answeredNow = 0
  #failuresInARow = 0

  constructor(asking: Asking, total: number) {
    this.#asking = asking
    this.#total = total
  }

  /** Asks the turns of a question one after the other. */
  async answer(question: Question, sample: number, signal: AbortSignal): Promise<void> {
    const { journal, target, options } = this.#asking
    const messages: ChatMessage[] =
      options.system === null ? [] : [{ role: 'system', content: options.system }]
    const temperature =
      options.temperature === 'mt-bench' ? getCategoryTemperature(question.category) : options.temperature
    const fields: Record<string, unknown> = {
      ...(temperature !== null && { temperature }),
      ...options.fields,
    }
    for (const [index, text] of question.turns.entries()) {
      const turn = index + 1
      messages.push({ role: 'user', content: text })
      let entry = journal.get(question.key, sample, turn)
      if (entry === undefined) {
        try {
          const seed = typeof fields.seed === 'number' ? { seed: fields.seed + sample - 1 } : {}
          const answer = await target.ask(messages, { ...fields, ...seed }, signal)
          entry = { key: question.key, sample, turn, ...answer }
          journal.add(entry)
          this.#answeredNow++
          this.#failuresInARow = 0
        } catch (error) {
          return this.#fail(error, question, turn)
        }
      }
      messages.push({ role: 'assistant', content: entry.answer })
      this.#count(entry)
    }
  }

  #fail(error: unknown, question: Question, turn: number): void {
    if (!(error instanceof TargetError) || error.scope === 'all') throw error
    this.#failuresInARow++
    // questions differ in what is refused, so one that was answered shows that the rest is worth asking
    const isHopeless = error.scope === 'retry' || this.#answeredNow === 0
    if (isHopeless && this.#failuresInARow >= Math.max(3, this.#asking.options.concurrency)) throw error
    this.failed.push({ question, turn, reason: error.message })
    this.#report()
  }

  #count(entry: JournalEntry): void {
    const { isEmpty, isCut } = classifyAnswer(entry)
    this.#tally.answered++
    if (isEmpty) this.#tally.empty++
    if (isCut) this.#tally.cut++
    if (entry.refused) this.#tally.refused++
    this.#report()
  }

  #report(): void {
    const seconds = (performance.now() - this.#started) / 1000
    const rate = this.#answeredNow === 0 ? null : this.#answeredNow / seconds
    const failed = this.failed.reduce((sum, { question, turn }) => sum + question.turns.length - turn + 1, 0)
    const left = this.#total - this.#tally.answered - failed
    const secondsLeft = rate === null ? null : left / rate
    this.#asking.onProgress({
      ...this.#tally,
      failed: this.failed.length,
      total: this.#total,
      rate,
      secondsLeft,
    })
  }
}

/** Returns whether an answer has no text, and whether the token limit cut it off. */
export const classifyAnswer = ({
  answer,
  finish_reason,
}: Pick<JournalEntry, 'answer' | 'finish_reason'>) => ({
  isEmpty: answer.trim() === '',
  isCut: finish_reason === 'length',
})
