import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { createParser } from 'eventsource-parser'
import { type Result, serveSubject, stopwatch, syntheticPrompt, type Work } from './work.ts'

// node completions.ts PROGRAM MODEL ROWS TOKENS_OF_A_ROW GPU_LAYERS: a server with OpenAI's completions, asked with token ids
const [program, model, rowCount, rowTokens, gpuLayers] = process.argv.slice(2) as [
  'vllm' | 'llama-server',
  string,
  string,
  string,
  string,
]
const port = await new Promise<number>((resolve) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port: free } = server.address() as { port: number }
    server.close(() => resolve(free))
  })
})
const name = 'bench'
const args = {
  vllm: [
    ['serve', model, '--served-model-name', name, '--host', '127.0.0.1', '--port', String(port)],
    ['--max-model-len', rowTokens, '--max-num-seqs', rowCount],
  ],
  'llama-server': [
    ['-m', model, '--alias', name, '--host', '127.0.0.1', '--port', String(port), '-ngl', gpuLayers],
    ['-np', rowCount, '-c', String(Number(rowCount) * Number(rowTokens))],
  ],
}[program].flat()
/** A group of its own, so that what it starts ends with it. */
const server = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'], detached: true })
server.once('error', (error) => {
  console.error(error.message)
  process.exit(1)
})
server.once('exit', (code) => process.exit(code ?? 1))
process.once('exit', () => {
  try {
    if (server.pid !== undefined) process.kill(-server.pid, 'SIGKILL')
  } catch {
    // it is gone
  }
})
// the bench ends its subjects by closing the channel, also while the server still loads
process.once('disconnect', () => process.exit(0))

const url = `http://127.0.0.1:${port}`
while (!(await fetch(`${url}/health`).catch(() => null))?.ok)
  await new Promise((resolve) => setTimeout(resolve, 200))

/** Generates so many tokens; `onTokens` gets how many there are so far. */
async function generate(prompt: number[], tokens: number, onTokens: (count: number) => void = () => {}) {
  const response = await fetch(`${url}/v1/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      model: name,
      prompt,
      max_tokens: tokens,
      temperature: 0,
      ignore_eos: true,
      stream: true,
      stream_options: { include_usage: true, continuous_usage_stats: true },
    }),
  })
  if (!response.ok) throw new Error(`${program} answers ${response.status}: ${await response.text()}`)
  let count = 0
  const parser = createParser({
    onEvent({ data }) {
      if (data === '[DONE]') return
      const { usage, choices } = JSON.parse(data) as {
        usage?: { completion_tokens: number } | null
        choices: unknown[]
      }
      // without usage in each chunk a chunk is a token
      const now = usage?.completion_tokens ?? count + (choices.length > 0 ? 1 : 0)
      if (now > count) onTokens(now)
      count = Math.max(count, now)
    },
  })
  const decoder = new TextDecoder()
  for await (const bytes of response.body!) parser.feed(decoder.decode(bytes, { stream: true }))
  if (count < tokens) throw new Error(`${program} gave ${count} of ${tokens} tokens`)
}

/** Counts only while all rows generate. */
async function decode({
  rows,
  context,
  tokens,
  seed,
  vocabulary,
}: Extract<Work, { kind: 'decode' }>): Promise<Result> {
  const prompt = syntheticPrompt(context, seed, vocabulary)
  const counts = new Array<number>(rows).fill(0)
  const sum = () => counts.reduce((a, b) => a + b, 0)
  let counting: { watch: ReturnType<typeof stopwatch>; before: number } | null = null
  let result: Result | null = null
  await Promise.all(
    counts.map(async (_, row) => {
      await generate(prompt, tokens + 4 * rows, (count) => {
        counts[row] = count
        if (!counting && counts.every((each) => each > 0)) counting = { watch: stopwatch(), before: sum() }
      })
      if (counting) result ??= counting.watch(sum() - counting.before)
    }),
  )
  if (!result) throw new Error('one answer ended before all had begun')
  return result
}

async function judge({ prompts, tokens, atOnce }: Extract<Work, { kind: 'judge' }>): Promise<Result> {
  const queue = [...prompts]
  const watch = stopwatch()
  await Promise.all(
    Array.from({ length: Math.min(atOnce, Number(rowCount)) }, async () => {
      for (let prompt = queue.shift(); prompt; prompt = queue.shift()) await generate(prompt, tokens)
    }),
  )
  return watch(prompts.length)
}

serveSubject({
  async run(work) {
    if (work.kind === 'decode') return decode(work)
    if (work.kind === 'judge') return judge(work)
    const watch = stopwatch()
    await generate(syntheticPrompt(work.tokens, work.seed, work.vocabulary), 1)
    return watch(work.tokens)
  },
})
