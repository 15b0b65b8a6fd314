import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseRating } from '../../schema/judge/rating.ts'
import { renderMessages, type Turn } from '../../schema/judge/render.ts'
import type { TemplateName } from '../../schema/judge/templates.ts'
import { startChild } from '../../scripts/local/child.ts'
import { waitFor } from '../../scripts/local/wait.ts'

// npm run bench:keval-mini: the held-out set through a real node, as the model card reports it.
type Kind = 'right' | 'wrong' | 'partial' | 'on_topic' | 'off_topic' | 'empty' | 'language_mismatch'

interface Row {
  id?: string
  template: TemplateName
  question?: string
  answer?: string
  reference?: string
  turns?: Turn[]
  expect: { kind: Kind; pair?: string }
}

interface Result {
  row: Row
  rating: number | null
  seconds: number
}

const root = join(import.meta.dirname, '../..')
const port = Number(process.env.NODE_PORT ?? 9393)
const model = process.env.KEVAL_MODEL ?? join(root, 'keval-mini/model')
const node = `http://127.0.0.1:${port}`

async function judge(row: Row): Promise<Result> {
  const turns = row.turns ?? [
    { question: row.question ?? '', answer: row.answer ?? '', reference: row.reference },
  ]
  const startedAt = performance.now()
  const response = await fetch(`${node}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'keval-mini',
      messages: renderMessages(row.template, turns),
      temperature: 0,
    }),
  })
  if (!response.ok) throw new Error(`The node answered ${response.status}: ${await response.text()}`)
  const body = (await response.json()) as {
    choices: [{ message: { content: string }; finish_reason: string }]
  }
  const { message, finish_reason } = body.choices[0]
  const rating = finish_reason === 'stop' ? (parseRating(message.content)?.rating ?? null) : null
  return { row, rating, seconds: (performance.now() - startedAt) / 1000 }
}

function share(results: Result[], holds: (rating: number) => boolean): string {
  const count = results.filter(({ rating }) => rating !== null && holds(rating)).length
  return `${((100 * count) / results.length).toFixed(1)}% of ${results.length}`
}

/** Of pairs that share an id, how often the on-topic answer is rated above the other. */
function pairsInOrder(results: Result[]): string {
  const onTopic = new Map(
    results.flatMap((result) =>
      result.row.expect.kind === 'on_topic' ? [[result.row.expect.pair, result]] : [],
    ),
  )
  const others = results.filter(({ row }) => row.expect.kind === 'off_topic' || row.expect.kind === 'empty')
  const pairs = others.flatMap((other) => {
    const better = onTopic.get(other.row.expect.pair)
    return better === undefined ? [] : [{ better: better.rating, worse: other.rating }]
  })
  const right = pairs.filter(
    ({ better, worse }) => better !== null && worse !== null && better > worse,
  ).length
  return `${((100 * right) / pairs.length).toFixed(1)}% of ${pairs.length}`
}

function report(results: Result[]): void {
  const ofKind = (kind: Kind, template?: TemplateName) =>
    results.filter(
      ({ row }) => row.expect.kind === kind && (template === undefined || row.template === template),
    )
  const seconds = results.map((result) => result.seconds).sort((a, b) => a - b)
  console.table({
    'rating in the right format (at least 99%)': share(results, () => true),
    'language mismatch is 0 (at least 95%)': share(ofKind('language_mismatch'), (rating) => rating === 0),
    'single-math-v1: right is 7 or more (at least 90%)': share(
      ofKind('right', 'single-math-v1'),
      (rating) => rating >= 7,
    ),
    'single-math-v1: wrong is 4 or less (at least 90%)': share(
      ofKind('wrong', 'single-math-v1'),
      (rating) => rating <= 4,
    ),
    'single-v1: on-topic above off-topic or empty (at least 90%)': pairsInOrder(
      results.filter(({ row }) => row.template === 'single-v1'),
    ),
    'seconds a judgment, one at a time: median': seconds[Math.floor(seconds.length / 2)]!.toFixed(2),
    'seconds a judgment, one at a time: longest (limit 3)': seconds.at(-1)!.toFixed(2),
  })
}

const environment = { ...process.env }
delete environment.KEVAL_NODE_SECRET
const child = startChild(
  [join(root, 'inference-node/cli.ts'), 'serve', '--model', model, '--port', String(port)],
  environment,
)
try {
  await waitFor(`${node}/health`)
  const rows: Row[] = readFileSync(join(root, 'keval-mini/heldout.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const results: Result[] = []
  for (const row of rows) results.push(await judge(row))
  report(results)
} finally {
  await child.stop()
}
