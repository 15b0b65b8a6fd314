import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { emptyAnswerActions } from '../../schema/evaluation-input/empty-answers.ts'
import { type AskProgress, answerQuestions } from '../answering/answer-questions.ts'
import { type AnswerTally, toAnswerRows } from '../answering/answer-rows.ts'
import { Journal, JournalError, type JournalSettings } from '../answering/journal.ts'
import type { Question } from '../answering/question.ts'
import { TargetError } from '../answering/target.ts'
import { getAskOptions, getTarget } from './ask-options.ts'
import { type Call, getChoice, getText, InputError, UnavailableError, UsageError } from './cli-context.ts'
import { loadQuestions } from './question-source.ts'
import { renderBar, renderDuration, renderRate, toPrintable } from './render.ts'

/** The answers of a target, written to a file. */
export interface CollectedAnswers {
  journal: Journal
  model: string
  file: string
  /** The content of the file: JSON Lines for an evaluation. */
  text: string
  rows: number
  tally: AnswerTally
  /** Rows with an empty answer that are left out. */
  skipped: number
}

/** Asks the target the questions that the journal has no answer to, returns all answers, and closes the journal. */
export async function withAnswers<T>(call: Call, use: (answers: CollectedAnswers) => Promise<T>): Promise<T> {
  const { texts, err } = call
  const { target, url, model } = getTarget(call)
  const options = getAskOptions(call)
  const empty = getChoice(call, 'empty', emptyAnswerActions) ?? 'judge'
  const questions = await loadQuestions(call)
  const file = getText(call.values, 'out') ?? toDefaultFile(call, model)
  const { samples, concurrency: _, ...asked } = options
  const settings = toSettings({ target: url, model, ...asked, questions: digestQuestions(questions) })
  const journal = openJournal(call, `${file}.journal`, settings)
  try {
    err(`${toPrintable(texts.askingQuestions(questions.length, samples, model))}\n`)
    if (journal.size > 0) err(`${texts.alreadyAnswered(journal.size)}\n`)
    const onProgress = showProgress(call)
    const failed = await answerQuestions({
      questions,
      target,
      journal,
      options,
      signal: call.signal,
      onProgress,
    })
    if (call.columns !== null) err('\n')
    for (const { question, turn, reason } of failed.slice(0, 20))
      err(`! ${toPrintable(texts.failedAnswer(question.id ?? question.key, turn, reason))}\n`)
    const judgeReasoning = call.values['judge-reasoning'] === true
    const { rows, skipped, tally } = toAnswerRows(questions, journal, {
      model: model.slice(0, 200),
      samples,
      judgeReasoning,
      skipEmpty: empty === 'skip',
    })
    const text = rows.map((row) => `${JSON.stringify(row)}\n`).join('')
    writeFileSync(file, text)
    err(`${texts.answerTally(tally)}\n${toPrintable(texts.wroteAnswers(rows.length, file))}\n`)
    if (empty === 'refuse' && tally.empty > 0) throw new InputError(texts.emptyRefused(tally.empty))
    if (skipped > 0) err(`! ${texts.emptySkipped(skipped)}\n`)
    return await use({ journal, model, file, text, rows: rows.length, tally, skipped })
  } catch (error) {
    if (call.signal.aborted) err(`\n${toPrintable(texts.continueAnswers(journal.path))}\n`)
    if (error instanceof TargetError) throw toReason(error, texts)
    throw error
  } finally {
    journal.close()
  }
}

/** A target that fails may answer later; one that refuses will not. */
const toReason = ({ scope, message }: TargetError, texts: Call['texts']) =>
  scope === 'retry'
    ? new UnavailableError(texts.targetUnavailable(message))
    : new InputError(texts.targetRefuses(message))

/** One changing line on a terminal, a line for every tenth in a log. */
function showProgress({ err, columns, texts }: Call): (progress: AskProgress) => void {
  let shown = -1
  return ({ answered, failed, total, empty, cut, refused, rate, secondsLeft }) => {
    const tenth = Math.floor((answered / total) * 10)
    if (columns === null && tenth <= shown) return
    shown = tenth
    const line = renderBar(answered / total, columns ?? 0, [
      `${answered}/${total}`,
      ...(rate === null ? [] : [renderRate(rate)]),
      ...(secondsLeft === null ? [] : [texts.timeLeft(renderDuration(secondsLeft, texts))]),
      ...(empty > 0 ? [texts.countEmpty(empty)] : []),
      ...(refused > 0 ? [texts.countRefused(refused)] : []),
      ...(cut > 0 ? [texts.countCut(cut)] : []),
      ...(failed > 0 ? [texts.countFailed(failed)] : []),
    ])
    err(columns === null ? `${line}\n` : `\r\u001b[K${line}`)
  }
}

function openJournal({ texts }: Call, path: string, settings: JournalSettings): Journal {
  try {
    return new Journal(path, settings)
  } catch (error) {
    if (!(error instanceof JournalError)) throw error
    const { problem } = error
    if (problem.kind === 'locked') throw new UsageError(texts.journalInUse(path, problem.pid))
    if (problem.kind === 'format') throw new UsageError(texts.notAJournal(path))
    throw new UsageError(texts.otherSettings(path, problem.fields))
  }
}

/** Settings by name, the fields of the request body side by side with the others. */
const toSettings = ({
  fields,
  ...rest
}: JournalSettings & { fields: Record<string, unknown> }): JournalSettings => ({
  ...rest,
  ...fields,
})

/** `org__model__questions.jsonl` in the working folder, as files of answers are named. */
function toDefaultFile({ values }: Call, model: string): string {
  const name = basename(getText(values, 'questions')!).replace(/\.\w+$/, '')
  const safe = (text: string) => text.replaceAll('/', '__').replace(/[^\p{L}\p{N}._-]+/gu, '-')
  return `${safe(model)}__${safe(name === '-' ? 'questions' : name)}.jsonl`
}

const digestQuestions = (questions: readonly Question[]) =>
  createHash('sha256').update(JSON.stringify(questions)).digest('hex')
