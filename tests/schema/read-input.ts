import { createNotes, readRows } from '../../schema/evaluation-input/read-rows.ts'
import type { EvaluationRow, InputProblem } from '../../schema/evaluation-input/row.ts'
import { renderMessage } from '../../schema/messages/message.ts'

/** A text in pieces of a few bytes, as a connection may deliver it. */
export async function* chunks(text: string | Uint8Array, size = 7): AsyncGenerator<Uint8Array> {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size)
}

/** Reads files as an evaluation does. */
export async function read(
  ...files: (string | Uint8Array | unknown[] | { name: string; lines: unknown[] })[]
) {
  const notes = createNotes()
  const rows: EvaluationRow[] = []
  const problems: InputProblem[] = []
  const inputs = files.map((file) => {
    const lines = typeof file === 'object' && 'lines' in file ? file.lines : file
    const isWhole = typeof lines === 'string' || lines instanceof Uint8Array
    const text = isWhole ? lines : lines.map((line) => JSON.stringify(line)).join('\n')
    const name = typeof file === 'object' && 'name' in file ? file.name : null
    return { name, isReference: /^reference_answer\//.test(name ?? ''), bytes: chunks(text) }
  })
  for await (const item of readRows(inputs, notes)) {
    if ('row' in item) rows.push(item.row)
    else problems.push(item.problem)
  }
  return { rows, problems, notes }
}

/** Problems as line, field and English message. */
export const places = (problems: InputProblem[]) =>
  problems.map(({ line, field, ...problem }) => [line, field, renderMessage(problem, 'en')])
