import type { PlannedJudgment } from '../../schema/evaluation-input/plan.ts'
import type { EvaluationRow } from '../../schema/evaluation-input/row.ts'
import { languagesDiffer } from '../../schema/judge/script.ts'
import { sha256Hex } from '../../schema/judge/sha256.ts'
import { findPublishedSet, type PublishedSet, textDigest } from '../../schema/metrics/contamination.ts'
import { normalizeText } from '../../schema/text/normalize.ts'
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
    itemDigest: await digestItem(row, digest),
    published: await publishedIn(digest, prompt),
    languagesDiffer: first === undefined ? null : languagesDiffer(first.question, first.answer),
  }
}

/** Names what each turn was asked, with the questions before it: turns of equal digests can be compared. */
async function digestTurns({ input }: EvaluationRow, first: string): Promise<string[]> {
  const [, second] = input.turns
  return second === undefined ? [first] : [first, await textDigest(`${first} ${second.question}`)]
}

/** Names what was asked, whatever the answer: the questions of every turn, their references and the category. */
async function digestItem({ input, category }: EvaluationRow, first: string): Promise<string> {
  const asked = input.turns.map(({ question, reference }) => [
    normalizeText(question),
    reference === undefined ? null : normalizeText(reference),
  ])
  const item = [asked.length === 0 ? first : asked, category === null ? null : normalizeText(category)]
  return (await sha256Hex(JSON.stringify(item))).slice(0, 16)
}

async function publishedIn(questionDigest: string, prompt: string): Promise<PublishedSet | null> {
  return findPublishedSet(questionDigest, await textDigest(prompt))
}
