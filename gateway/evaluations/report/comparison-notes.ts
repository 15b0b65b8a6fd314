import type { Comparison } from '../../../schema/api/comparisons.ts'
import { type Message, message } from '../../../schema/messages/message.ts'
import { fewRowsThreshold } from '../../../schema/metrics/scores.ts'
import { toSideName } from '../../../schema/report/comparison-tables.ts'
import { toDatasetName } from '../../../schema/report/dataset-name.ts'

type Side = Comparison['x'] & {
  /** Digest of the questions that are compared. */
  questions: string | null
}

interface Compared {
  x: Side
  y: Side
  /** Both sides together were judged by more than one set of weights. */
  otherWeights: boolean
  /** Rated rows in common. */
  pairs: number
  pairing: Comparison['pairing']
}

/** The caveats of a comparison, the weightiest first. */
export function buildComparisonNotes({ x, y, otherWeights, pairs, pairing }: Compared): Message[] {
  const { unpaired, ids_with_other_questions: otherIds } = pairing
  const mixed = [x, y].filter((side) => side.mixed_weights)
  const notes = mixed.map(
    (side): Message => message('note_mixed_weights_of_side', { name: toSideName(side) }),
  )
  for (const side of [x, y]) {
    const { imported_from: gateway } = side
    if (gateway !== null) notes.push(message('note_imported_side', { name: toSideName(side), gateway }))
  }
  if (otherWeights && mixed.length === 0 && x.model === y.model) notes.push(message('note_other_weights'))
  // without common rows there is nothing else to be read
  if (pairs === 0) notes.unshift(message('note_no_common_rows'))
  else if (pairs < fewRowsThreshold) {
    notes.push(message('note_few_common_rows', { pairs, minimum: fewRowsThreshold }))
  }
  if (otherIds > 0) notes.push(message('note_ids_differ', { count: otherIds }))
  if (unpaired.x.count + unpaired.y.count > 0) {
    notes.push(message('note_unpaired', { a: unpaired.x.count, b: unpaired.y.count }))
  }
  if (x.questions !== y.questions) notes.push(describeDatasets(x, y))
  if (x.protocol !== y.protocol) notes.push(message('note_other_protocols'))
  return notes
}

function describeDatasets({ dataset: a }: Side, { dataset: b }: Side): Message {
  if (a === null || b === null || a.digest === b.digest) return message('note_other_questions')
  if (a.name !== b.name) return message('note_other_dataset', { a: toDatasetName(a), b: toDatasetName(b) })
  return message('note_other_dataset_version', { name: a.name, a: a.version, b: b.version })
}
