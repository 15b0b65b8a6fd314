/**
 * Processor time of an audit of many rows without its judgments: planning the cases, and computing the findings.
 * npx node bench/audit/run.ts [rows]
 */
import { findFaults, type JudgedCase } from '../../schema/audit/findings.ts'
import { planAudit } from '../../schema/audit/plan.ts'
import { seededRandom } from '../../schema/metrics/random.ts'

const rows = Number(process.argv[2] ?? 500)
const random = seededRandom(1)
const paragraph = (row: number) =>
  `주제 ${row}의 첫째 사실은 이렇습니다. 그래서 둘째 사실이 따라옵니다. **셋째** 사실을 더할 수 있습니다.\n\n- 하나입니다\n- 둘입니다\n- 셋입니다\n\n결론은 ${row + 3}입니다.`
const answers = Array.from({ length: rows }, (_, row) => ({
  id: String(row + 1),
  category: ['writing', 'math', 'coding', 'stem'][row % 4]!,
  turns: [
    {
      question: `${row}번째 주제에 대하여 설명해 주세요.`,
      answer: Array(6).fill(paragraph(row)).join('\n\n'),
      reference: `답은 ${row + 3}`,
    },
  ],
}))

function measure<T>(name: string, work: () => T): T {
  const before = process.cpuUsage()
  const result = work()
  const { user, system } = process.cpuUsage(before)
  console.log(`${name.padEnd(10)} ${((user + system) / 1e6).toFixed(2)} s of processor time`)
  return result
}

const plan = measure('planning', () => planAudit(answers, { seed: 1, sampleSize: rows, repeats: 3 }))
const cases: JudgedCase[] = plan.cases.map(({ rowId, probe, index, answerLength }) => ({
  ...{ rowId, probe, index, answerLength },
  rating: Math.max(0, Math.min(10, Math.round(4 + (Number(rowId) % 5) + random() * 2))),
  tokens: probe === 'repeat' ? 900 : null,
  expected: null,
}))
const version = { model: 'judge', weightsDigest: null, precision: null, provider: null }
console.log(`${rows} rows, ${cases.length} cases`)
measure('findings', () => findFaults({ version, cases }, null))
measure('with drift', () => findFaults({ version, cases }, { version, cases }))
