import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { chooseTemplate, renderMessages } from '../../schema/judge/render.ts'
import { syntheticPrompt } from './work.ts'

interface AnswerRow {
  pairs: { prompt: string; refer?: string | null; gen: string }[]
}

/** Leaves room for the answer in the slots of all subjects. */
const maxPromptTokens = 1700

/** One token for each two characters: about what Llama 3 needs for Korean. Equal beginnings give equal tokens. */
function pseudoTokens(text: string, vocabulary: number): number[] {
  const tokens: number[] = []
  for (let at = 0; at < text.length; at += 2)
    tokens.push(
      1000 + ((text.charCodeAt(at) * 65_599 + (text.charCodeAt(at + 1) || 0) * 31) % (vocabulary - 1000)),
    )
  return tokens
}

/**
 * The judge prompts of Ko-Bench answers: `folder` holds one `*.jsonl` for each model, with rows
 * `pairs: [{prompt, refer, gen}]` for the same questions in the same order. Questions are chosen evenly spread, for
 * categories stand together; all answers of a model come before those of the next, as an evaluation sends them.
 *
 * @param models how many models' answers are judged
 * @param count prompts in all; rounded down to as many for each model
 */
export function judgePrompts(folder: string, models: number, count: number, vocabulary: number): number[][] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.jsonl'))
  if (files.length < models) throw new Error(`${folder} has the answers of ${files.length} models (*.jsonl)`)
  return files.slice(0, models).flatMap((name) => {
    const rows = readFileSync(join(folder, name), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as AnswerRow)
    const wanted = Math.min(rows.length, Math.floor(count / models))
    return Array.from({ length: wanted }, (_, index) => {
      const [pair] = rows[Math.floor(((index + 0.5) * rows.length) / wanted)]!.pairs
      const turns = [
        { question: pair!.prompt, answer: pair!.gen, ...(pair!.refer && { reference: pair!.refer }) },
      ]
      const text = renderMessages(chooseTemplate(turns), turns)
        .map(({ content }) => content)
        .join('\n')
      return pseudoTokens(text, vocabulary).slice(0, maxPromptTokens)
    })
  })
}

/** Lengths of a judge's prompt in tokens: the judge's instruction, the question, an answer. */
const madeUpLengths = { instruction: 220, question: 120, answer: 260 }
/** Answers to one question. */
const answersOfQuestion = 4

/** Prompts like a judge's, for a machine without Ko-Bench: all begin alike, some share their question too. */
export function syntheticJudgePrompts(count: number, vocabulary: number): number[][] {
  const { instruction, question, answer } = madeUpLengths
  return Array.from({ length: count }, (_, index) => [
    ...syntheticPrompt(instruction, 1, vocabulary),
    ...syntheticPrompt(question, 100 + Math.floor(index / answersOfQuestion), vocabulary),
    ...syntheticPrompt(answer + ((index * 37) % 120), 10_000 + index, vocabulary),
  ])
}
