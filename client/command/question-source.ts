import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Question } from '../answering/question.ts'
import {
  getHome,
  loadQuestionSet,
  QuestionSetError,
  type QuestionSetName,
  questionSetNames,
} from '../answering/question-sets.ts'
import { readQuestions } from '../answering/read-questions.ts'
import { checkReadable } from './answer-files.ts'
import { type Call, getNumber, getText, InputError, UsageError } from './cli-context.ts'

/** The questions of `--questions`: a file, the standard input, or a public set. */
export async function loadQuestions(call: Call): Promise<Question[]> {
  const { values, texts } = call
  const source = getText(values, 'questions')
  if (source === undefined) throw new UsageError(texts.required('questions'))
  const publicName = questionSetNames.find((name) => name === source)
  const bytes = publicName === undefined ? await readSource(call, source) : await loadPublic(call, publicName)
  const referenceFile = getText(values, 'references')
  const { questions, problems } = readQuestions(
    bytes,
    referenceFile === undefined ? null : await readSource(call, referenceFile),
  )
  if (questions.length === 0 && problems.length === 0) problems.push(texts.noQuestions)
  if (problems.length > 0) {
    const shown = problems.slice(0, 20).map((problem) => `  ${problem}`)
    throw new InputError(texts.questionProblems(source), shown)
  }
  return questions.slice(0, getNumber(call, 'max-questions', { min: 1, whole: true }))
}

async function readSource(call: Call, path: string): Promise<Uint8Array> {
  if (path === '-') return call.readInput()
  await checkReadable(call, path)
  return readFile(path)
}

async function loadPublic(
  { environment, texts, err, signal }: Call,
  name: QuestionSetName,
): Promise<Uint8Array> {
  const cache = environment.XDG_CACHE_HOME || join(homedir(), '.cache')
  try {
    const set = await loadQuestionSet(name, {
      folder: join(cache, 'keval', 'questions'),
      fetch,
      signal,
      ...(environment.HF_ENDPOINT && { hubUrl: environment.HF_ENDPOINT }),
    })
    if (set.isFetched) err(`${texts.fetching(name, set.home, set.licence)}\n`)
    if (set.isFetched && !set.isKnown) err(`${texts.firstUse(name, set.sha256)}\n`)
    return set.bytes
  } catch (error) {
    if (!(error instanceof QuestionSetError)) throw error
    const { problem } = error
    if (problem.kind === 'fetch')
      throw new InputError(texts.cannotFetch(name, `${getHome(name)}: ${problem.reason}`))
    throw new InputError(
      problem.kind === 'content'
        ? texts.contentDiffers(name)
        : texts.digestDiffers(name, problem.expected, problem.found),
    )
  }
}
