import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe } from 'vitest'

/**
 * The published Ko-Bench and keval data, where a developer has it: `KEVAL_PUBLISHED_DATA` or a folder
 * `shared/ko-bench` beside the checkout. It is never part of this repository.
 */
const folder = resolve(process.env.KEVAL_PUBLISHED_DATA ?? join(import.meta.dirname, '../../shared/ko-bench'))
const present = existsSync(join(folder, 'templates.json'))

/** Runs where the published data is; elsewhere the name of the skipped block says what is missing. */
export function whenPublished(name: string, tests: () => void): void {
  const title = present ? name : `${name} (skipped: set KEVAL_PUBLISHED_DATA to the published Ko-Bench data)`
  describe.skipIf(!present)(title, tests)
}

export function publishedTemplates(): Record<string, { system: string; user: string }> {
  return JSON.parse(readFileSync(join(folder, 'templates.json'), 'utf8'))
}

export interface PublishedTestInput {
  label: number
  system: string
  user: string
  judgment: string
}

interface LabelledRow {
  score: number
  pairs: [{ prompt: string; input: string; judgement: string }]
}

/** A judged answer: some files have the judgment in the row, some in its pair. */
interface JudgedRow {
  keval?: string
  pairs: { keval: string }[]
}

interface AnswerRow {
  pairs: { prompt: string; gen: string }[]
}

/** The 22 labelled inputs with what one of the keval models said of them. */
export function publishedTestInputs(model = 'keval-2-9b'): PublishedTestInput[] {
  return readJsonLines<LabelledRow>(join('keval-testset', `${model}.jsonl`)).map((row) => {
    const [pair] = row.pairs
    return { label: row.score, system: pair.prompt, user: pair.input, judgment: pair.judgement }
  })
}

/** The judgments of keval-2-9b on a model's answers, file by file. */
export function publishedJudgments(): { file: string; texts: string[] }[] {
  return readdirSync(join(folder, 'judgments-keval-2-9b')).map((file) => ({
    file,
    texts: readJsonLines<JudgedRow>(join('judgments-keval-2-9b', file)).map(
      (row) => row.keval ?? row.pairs[0]!.keval,
    ),
  }))
}

export interface PublishedAnswer {
  question: string
  answer: string
  judgment: string
  /** The line of the answer file as published. */
  line: string
}

/** The answer files, each row with what keval-2-9b wrote about it. */
export function publishedAnswers(): { file: string; rows: PublishedAnswer[] }[] {
  return readdirSync(join(folder, 'answers')).map((file) => {
    const judged = readJsonLines<JudgedRow>(join('judgments-keval-2-9b', file.replace('__result', '__keval')))
    const rows = readJsonLines<AnswerRow>(join('answers', file)).map((row, index) => ({
      question: row.pairs[0]!.prompt,
      answer: row.pairs[0]!.gen,
      judgment: judged[index]!.pairs[0]!.keval,
      line: JSON.stringify(row),
    }))
    return { file, rows }
  })
}

function readJsonLines<Row>(path: string): Row[] {
  const lines = readFileSync(join(folder, path), 'utf8').trim().split('\n')
  return lines.map((line) => JSON.parse(line))
}
