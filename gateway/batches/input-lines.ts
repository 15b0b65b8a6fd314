import { batchLine } from '../../schema/api/batches.ts'
import type { PendingLine } from './batch-store.ts'

/** The most lines of a batch, and the most problems named. */
export const mostLines = 50_000
const mostProblems = 50

/** Reads an input file: its requests, or what is wrong by line. */
export function readInputLines(
  parts: Iterable<string>,
): { lines: PendingLine[] } | { errors: { line: number; message: string }[] } {
  const lines: PendingLine[] = []
  const errors: { line: number; message: string }[] = []
  const seen = new Set<string>()
  let number = 0
  for (const part of parts) {
    for (const text of part.split('\n')) {
      if (text.trim() === '') continue
      number++
      const problem = errors.length < mostProblems ? addLine(text, lines, seen) : null
      if (problem !== null) errors.push({ line: number, message: problem })
    }
  }
  if (number === 0) errors.push({ line: 1, message: 'the file has no lines' })
  if (number > mostLines)
    errors.push({ line: mostLines + 1, message: `a batch has at most ${mostLines} lines` })
  return errors.length > 0 ? { errors } : { lines }
}

function addLine(text: string, lines: PendingLine[], seen: Set<string>): string | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return 'is not JSON'
  }
  const parsed = batchLine.safeParse(value)
  if (!parsed.success) {
    return parsed.error.issues
      .map(({ path, message }) => `${path.join('.') || 'line'}: ${message}`)
      .join('; ')
  }
  const { custom_id: customId, body } = parsed.data
  if (seen.has(customId)) return `custom_id: ${customId} was used before`
  seen.add(customId)
  lines.push({ position: lines.length, customId, request: JSON.stringify(body) })
  return null
}
