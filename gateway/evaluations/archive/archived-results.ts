import { sql } from 'drizzle-orm'
import type { LabelLine, ResultLine } from '../../../schema/api/evaluation-archive.ts'
import type { ImportedJudgment, JudgedWeights } from '../../../schema/db/evaluations.ts'
import type { TenantDatabase } from '../../platform/tenant-database.ts'

/**
 * Stores labels given by hand with the judgments that are laid out. Returns the index of the first label whose turn is
 * not judged, or null.
 */
export function storeLabels(
  database: TenantDatabase,
  id: string,
  labels: readonly LabelLine[],
): number | null {
  const given = labels.map(({ created_at, updated_at, ...label }) => ({
    ...label,
    createdAt: Date.parse(created_at),
    updatedAt: Date.parse(updated_at),
  }))
  const list = JSON.stringify(given)
  database.run(sql`
    insert into evaluation_labels (evaluation_id, row, turn, label, note, key_id, created_at, updated_at)
    select ${id}, value ->> 'row', value ->> 'turn', value ->> 'label', value ->> 'note', value ->> 'key',
      value ->> 'createdAt', value ->> 'updatedAt'
    from json_each(${list}) where true
    on conflict do nothing`)
  const labelled = database.all<Place>(sql`
    with fit as materialized (
      select j.rowid as place, v.value ->> 'label' as label
      from json_each(${list}) v cross join evaluation_judgments j
      where j.evaluation_id = ${id} and j.row = v.value ->> 'row' and j.turn = v.value ->> 'turn')
    update evaluation_judgments set label = fit.label from fit where evaluation_judgments.rowid = fit.place
    returning row, turn`)
  return findMissing(labels, labelled)
}

/**
 * Settles judgments that are laid out and still pending with archived results. Returns the index of the first result
 * that no such judgment fits, by row, turn, repeat, template, label and texts; null when all fit.
 */
export function storeResults(
  database: TenantDatabase,
  id: string,
  results: readonly ResultLine[],
): number | null {
  const list = JSON.stringify(results.map(toStored))
  // `cross join` keeps the order of the tables: from the results to their rows, each by its index
  const settled = database.all<Place>(sql`
    with fit as materialized (
      select j.rowid as place, v.value as result
      from json_each(${list}) v cross join evaluation_judgments j cross join evaluation_rows r
      where j.evaluation_id = ${id} and j.row = v.value ->> 'row' and j.turn = v.value ->> 'turn'
        and j.repeat = v.value ->> 'repeat' and j.template = v.value ->> 'template' and +j.state = 'pending'
        and j.label is v.value ->> 'label' and r.evaluation_id = ${id} and r.number = j.row
        and r.input ->> ('$.turns[' || (j.turn - 1) || '].question') is v.value ->> 'question'
        and r.input ->> ('$.turns[' || (j.turn - 1) || '].answer') is v.value ->> 'answer'
        and r.input ->> ('$.turns[' || (j.turn - 1) || '].reference') is v.value ->> 'reference')
    update evaluation_judgments set
      state = fit.result ->> 'verdict', rating = fit.result ->> 'rating', expected = fit.result ->> 'expected',
      judgment_id = fit.result ->> 'judgment_id', weights = nullif(fit.result -> 'weights', 'null'),
      failure = nullif(fit.result -> 'failure', 'null'), imported = fit.result -> 'imported'
    from fit where evaluation_judgments.rowid = fit.place
    returning row, turn, repeat`)
  return findMissing(results, settled)
}

function toStored(result: ResultLine) {
  const { verdict, judge_text, warnings, weights_digest, precision, provider, failure, ...rest } = result
  const isJudged = verdict !== 'failed'
  const weights: JudgedWeights | null = isJudged ? [weights_digest, precision, provider] : null
  const imported: ImportedJudgment = { text: judge_text, warnings }
  return { ...rest, verdict, weights, failure, imported }
}

interface Place {
  row: number
  turn: number
  repeat?: number
}

const toKey = ({ row, turn, repeat }: Place) => `${row} ${turn} ${repeat}`

function findMissing(wanted: readonly Place[], found: readonly Place[]): number | null {
  const seen = new Set(found.map(toKey))
  const index = wanted.findIndex((place) => !seen.has(toKey(place)))
  return index === -1 ? null : index
}
