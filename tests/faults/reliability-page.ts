import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'

export interface Row {
  fault: string
  mode: 'plain' | 'stream'
  nodes: number
  status: number
  /** The verdict, or the code of the failure. */
  result: string
  /** True if the client had seen a part of the text when it failed. */
  shown: boolean
  stored: string
  cached: boolean
  charged: number
  /** Calls of the faulty node, and of the healthy one beside it. */
  calls: string
}

const file = join(import.meta.dirname, '../../docs/RELIABILITY.md')
const [begin, end] = ['<!-- fault matrix: begin -->', '<!-- fault matrix: end -->']

/** Compares the page's table with what was seen; `UPDATE_DOCS=1` writes it instead. */
export function checkPage(rows: Row[]): void {
  const page = readFileSync(file, 'utf8')
  const [before, rest] = page.split(begin)
  const [table, after] = rest!.split(end)
  const seen = `\n${renderTable(rows)}\n`
  if (process.env.UPDATE_DOCS) writeFileSync(file, before + begin + seen + end + after)
  else expect(table).toBe(seen)
}

function renderTable(rows: Row[]): string {
  const head = [
    '| node | asked for | nodes | status | result | stored | cached | tokens charged | node calls |',
    '|---|---|---|---|---|---|---|---|---|',
  ]
  const lines = rows.map((row) =>
    [
      row.fault,
      row.mode,
      row.nodes === 1 ? 'it alone' : 'and a good one',
      row.shown ? `${row.status}, then \`error\`` : row.status,
      `\`${row.result}\``,
      row.stored,
      row.cached ? 'yes' : 'no',
      row.charged,
      row.calls,
    ].join(' | '),
  )
  return [...head, ...lines.map((line) => `| ${line} |`)].join('\n')
}
