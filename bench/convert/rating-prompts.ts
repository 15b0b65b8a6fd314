import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ChatMessage } from '../../inference-node/model/chat-template.ts'
import { renderMessages } from '../../schema/judge/render.ts'

/** The held-out questions of keval-mini, then the published test inputs, where they are. */
export function readPrompts(): ChatMessage[][] {
  const rows = readJsonLines(join(import.meta.dirname, '../../keval-mini/heldout.jsonl')).map((row) =>
    renderMessages(
      row.template,
      row.turns ?? [{ question: row.question ?? '', answer: row.answer ?? '', reference: row.reference }],
    ),
  )
  const published = join(process.env.KEVAL_PUBLISHED_DATA ?? '', 'keval-testset/keval-2-9b.jsonl')
  if (!process.env.KEVAL_PUBLISHED_DATA || !existsSync(published)) return rows
  const inputs = readJsonLines(published).map(({ pairs: [{ prompt, input }] }): ChatMessage[] => [
    { role: 'system', content: prompt },
    { role: 'user', content: input },
  ])
  return [...inputs, ...rows]
}

function readJsonLines(file: string) {
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}

/** So many items, evenly spread: kinds of questions stand together. */
export function spread<T>(items: readonly T[], wanted: number): T[] {
  const share = Math.min(1, wanted / items.length)
  return items.filter((_, index) => Math.floor((index + 1) * share) > Math.floor(index * share))
}
