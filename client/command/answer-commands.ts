import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { toModelName } from '../../schema/evaluation-input/model-name.ts'
import type { EvaluateOptions } from '../api/api-types.ts'
import type { Keval } from '../api/keval.ts'
import type { Answers } from '../api/upload.ts'
import { askOptionNames } from './ask-options.ts'
import { type Call, type Command, exitCodes, getText, InputError } from './cli-context.ts'
import { type CollectedAnswers, withAnswers } from './collect-answers.ts'
import { getStepSummaryFile, getThreshold } from './continuous-integration.ts'
import { toEvaluateOptions } from './eval-command.ts'
import { showReport, toExitCode, waitForEnd } from './evaluation-report.ts'
import { checkJudge, chooseJudge } from './judge-command.ts'
import { ciOptions } from './options.ts'
import { toJsonLine, toPrintable } from './render.ts'

/** Asks a model all questions and writes its answers. */
export const answerCommand: Command = {
  positionals: '',
  options: askOptionNames,
  run: (call) =>
    withAnswers(call, async ({ file, rows, tally }) => {
      if (call.values.json) await call.out(toJsonLine({ file, rows, ...tally }))
      return tally.failed > 0 ? exitCodes.incomplete : exitCodes.done
    }),
}

/** Asks a model all questions, has its answers judged and shows the report. */
export const runCommand: Command = {
  positionals: '',
  options: [
    ...askOptionNames,
    'judge',
    'name',
    'dataset',
    'protocol',
    'template',
    'repeats',
    'temperature',
    'seed',
    'max-tokens',
    'on-weights-change',
    'notify',
    'report',
    ...ciOptions,
  ],
  async run(call) {
    getStepSummaryFile(call)
    getThreshold(call)
    // the gateway is asked first: a wrong key or judge shows before hours of answering
    const keval = call.client()
    const judge = await chooseJudge(call, keval, getText(call.values, 'judge'), 'judge')
    await checkJudge(call, keval, judge)
    return withAnswers(call, (answers) => judgeAnswers(call, keval, judge, answers))
  },
}

async function judgeAnswers(
  call: Call,
  keval: Keval,
  judge: string,
  answers: CollectedAnswers,
): Promise<number> {
  const { texts, err, signal, language } = call
  if (answers.rows === 0) throw new InputError(texts.nothingToJudge)
  const options = {
    name: answers.model.slice(0, 200),
    ...toEvaluateOptions(call),
    // skipped and refused rows are known by now
    empty: 'judge',
    ...toFaultOptions(answers),
    model: judge,
  } as unknown as EvaluateOptions
  const id = await startOnce(keval, options, toUpload(call, answers.text), answers, signal)
  const ended = await waitForEnd(call, keval, id)
  const report = await showReport(call, keval, id)
  const file = getText(call.values, 'report') ?? `${answers.file.replace(/\.jsonl?$/, '')}.report.md`
  const format = /\.html?$/i.test(file) ? 'html' : 'markdown'
  await writeFile(file, await keval.reportText(id, format, language, { signal }))
  err(`${toPrintable(texts.wroteReport(file))}\n`)
  const exitCode = toExitCode(call, ended, report)
  return exitCode === exitCodes.done && answers.tally.failed > 0 ? exitCodes.incomplete : exitCode
}

/** Caveats about the answers. */
const toFaultOptions = ({ tally, skipped }: CollectedAnswers) => ({
  answers_empty: tally.empty,
  answers_refused: tally.refused,
  answers_cut: tally.cut,
  answers_failed: tally.failed,
  answers_skipped: skipped,
})

/** The answers under the name of their questions, which the gateway proposes for the dataset. */
function toUpload({ values }: Call, text: string): Answers {
  const source = getText(values, 'questions')
  if (source === undefined || source === '-') return text
  return [new File([text], `${toModelName(source)}.jsonl`)]
}

/** Starts the evaluation, or resumes the one that an interrupted run started with the same answers and options. */
async function startOnce(
  keval: Keval,
  options: EvaluateOptions,
  upload: Answers,
  { journal, text }: CollectedAnswers,
  signal: AbortSignal,
): Promise<string> {
  const digest = createHash('sha256').update(JSON.stringify(options)).update(text).digest('hex')
  const started = journal.evaluation
  if (started?.request_sha256 === digest) {
    const found = await keval.evaluation(started.evaluation_id, { signal }).catch((error) => {
      if (error?.code === 'not_found') return null
      throw error
    })
    if (found !== null && found.status !== 'cancelled') return found.id
  }
  const { id } = await keval.evaluate(upload, options, { signal })
  journal.addEvaluation({ evaluation_id: id, request_sha256: digest })
  return id
}
