import type { PlannedJudgment } from '../../schema/evaluation-input/plan.ts'
import type { EvaluationRow } from '../../schema/evaluation-input/row.ts'
import { languagesDiffer } from '../../schema/judge/script.ts'
import { findPublishedSet, type PublishedSet, textDigest } from '../../schema/metrics/contamination.ts'
import type { NewRow } from './row-store.ts'

const prefixCharacters = 80

/** A row as it is stored, with all that is asked of it later. */
export async function toStoredRow(
  row: EvaluationRow,
  planned: readonly PlannedJudgment[],
  number: number,
): Promise<NewRow> {
  const [first] = row.input.turns
  const prompt = planned[0]!.messages.at(-1)!.content
  const digest = await textDigest(first?.question ?? prompt)
  return {
    number,
    id: row.id,
    idIsGiven: row.idIsGiven,
    model: row.model,
    category: row.category,
    label: row.label,
    input: row.input,
    planned: planned.map(({ turn, template }) => [turn, template]),
    prefix: (first?.question ?? prompt).slice(0, prefixCharacters),
    questionDigest: digest,
    turnDigests: await digestTurns(row, digest),
    published: await publishedIn(digest, prompt),
    languagesDiffer: first === undefined ? null : languagesDiffer(first.question, first.answer),
  }
}

/** Names what each turn was asked, with the questions before it: turns of equal digests can be compared. */
async function digestTurns({ input }: EvaluationRow, first: string): Promise<string[]> {
  const [, second] = input.turns
  return second === undefined ? [first] : [first, await textDigest(`${first} ${second.question}`)]
}

async function publishedIn(questionDigest: string, prompt: string): Promise<PublishedSet | null> {
  return findPublishedSet(questionDigest, await textDigest(prompt))
}
