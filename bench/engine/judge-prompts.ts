import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { chooseTemplate, renderMessages } from '../../schema/judge/render.ts'

interface AnswerRow {
  pairs: { prompt: string; refer?: string | null; gen: string }[]
}

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
 * The judge prompts of Ko-Bench answers: `folder` holds `*.jsonl` with `pairs: [{prompt, refer, gen}]`. Rows of
 * different models stand one after the other, as an evaluation sends them.
 */
export function judgePrompts(folder: string, limit: number, vocabulary: number): number[][] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.jsonl'))
  if (files.length === 0) throw new Error(`${folder} has no .jsonl files`)
  const rows = files.flatMap((name) =>
    readFileSync(join(folder, name), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as AnswerRow),
  )
  const step = Math.max(1, Math.floor(rows.length / limit))
  return rows
    .filter((_, index) => index % step === 0)
    .slice(0, limit)
    .map(({ pairs: [pair] }) => {
      const turns = [
        { question: pair!.prompt, answer: pair!.gen, ...(pair!.refer && { reference: pair!.refer }) },
      ]
      const messages = renderMessages(chooseTemplate(turns), turns)
      return pseudoTokens(messages.map(({ content }) => content).join('\n'), vocabulary).slice(0, 1700)
    })
}
