import { normalizeName } from '../text/normalize.ts'

/** The names under which a column of a table is known; of nothing else a meaning is taken. */
const names: Readonly<Record<string, readonly string[]>> = {
  id: ['id', 'question_id', '번호'],
  category: ['category', '분야', '카테고리'],
  model: ['model', 'generator', '모델'],
  label: ['label', '라벨'],
  question: ['question', 'prompt', 'instruction', '질문'],
  answer: ['answer', 'response', 'output', 'completion', '답변'],
  reference: ['reference', '참고 답변', '참고답변', '정답'],
  ...Object.fromEntries(
    [1, 2].flatMap((turn) => [
      [`turns.${turn - 1}.question`, [`question_${turn}`, `question${turn}`, `질문${turn}`, `질문 ${turn}`]],
      [`turns.${turn - 1}.answer`, [`answer_${turn}`, `answer${turn}`, `답변${turn}`, `답변 ${turn}`]],
      [
        `turns.${turn - 1}.reference`,
        [`reference_${turn}`, `reference${turn}`, `정답${turn}`, `정답 ${turn}`],
      ],
    ]),
  ),
}
const fieldOfName = new Map(
  Object.entries(names).flatMap(([field, known]) => known.map((name) => [name, field])),
)

/** The field of each column in order; null for a column that is not read. */
export interface TableColumns {
  header: string[]
  fields: (string | null)[]
}

/** Reads a header; null when it has no column of questions or none of answers. */
export function readHeader(cells: readonly string[]): TableColumns | null {
  const header = cells.map((cell) => normalizeName(cell.replace(/^\ufeff/, '')))
  const fields = header.map((name) => fieldOfName.get(name.toLowerCase()) ?? null)
  const has = (part: string) => fields.some((field) => field?.endsWith(part))
  return has('question') && has('answer') ? { header, fields } : null
}

/** Two columns of one meaning: which of them counts would be a guess. */
export function findDoubledColumn({ header, fields }: TableColumns): string | null {
  const index = fields.findIndex((field, at) => field !== null && fields.indexOf(field) !== at)
  return index === -1 ? null : header[index]!
}

/** A JSON row under the names that tables have (`prompt`, `response`, …); null where it has not both texts. */
export function readNamedFields(record: Record<string, unknown>): TableColumns | null {
  const columns = readHeader(Object.keys(record))
  return columns !== null && findDoubledColumn(columns) === null ? columns : null
}

/** The fields of a JSON row under our own names; its values stay as they are. */
export function renameFields(record: Record<string, unknown>): {
  record: Record<string, unknown>
  columns: TableColumns
} {
  const header = Object.keys(record)
  const fields = header.map((name) => fieldOfName.get(normalizeName(name).toLowerCase()) ?? null)
  const columns = { header, fields }
  // two fields of one meaning are left as they are, and refused by the form
  const renamed = header.map((name, index) => {
    const field = fields[index]
    return [field == null || fields.indexOf(field) !== index ? name : field, record[name]]
  })
  return { record: Object.fromEntries(renamed), columns }
}

/** A line of a table as a row of our own form. Empty cells are not given. */
export function toRecord(
  { header, fields }: TableColumns,
  cells: readonly string[],
): Record<string, unknown> {
  const record = new Map<string, unknown>()
  const turns: Record<string, string>[] = []
  fields.forEach((field, index) => {
    const cell = cells[index]!
    if (cell === '') return
    const turn = /^turns\.(\d)\.(\w+)$/.exec(field ?? '')
    if (turn !== null) {
      turns[Number(turn[1])] ??= {}
      turns[Number(turn[1])]![turn[2]!] = cell
    } else record.set(field ?? header[index]!, field === 'label' ? toNumber(cell) : cell)
  })
  if (turns.length > 0)
    record.set(
      'turns',
      Array.from(turns, (turn) => turn ?? {}),
    )
  else if (!record.has('question')) record.set('question', null)
  return Object.fromEntries(record)
}

const toNumber = (cell: string): unknown => (/^\s*[-+]?\d+(\.\d+)?\s*$/.test(cell) ? Number(cell) : cell)

/** The name of the column that a field came from. */
export function getColumn({ header, fields }: TableColumns, field: string): string {
  return header[fields.indexOf(field)] ?? field
}
