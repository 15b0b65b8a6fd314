/**
 * Measures how often a judge's rating at temperature 0 changes when its weights are quantized, with size and divergence.
 *
 *     node bench/convert/ratings.ts [checkpoint] [--prompts 400] [--forced] [--tokenizer DIR] [--only WORDS] [--threads 1]
 *
 * Without a checkpoint keval-mini is the judge: see `keval-mini-checkpoint.ts`. It judges its held-out questions, and the
 * published test inputs where KEVAL_PUBLISHED_DATA says where they are. The reference is the same judge in float32.
 * `--forced` begins every answer with "Rating: [[", for a model that is no judge: what it writes there is its rating.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { convertCheckpoint } from '../../inference-node/convert/convert.ts'
import type { PrecisionOptions } from '../../inference-node/convert/precision.ts'
import type { ChatMessage } from '../../inference-node/model/chat-template.ts'
import { DecoderSession } from '../../inference-node/model/decoder-session.ts'
import { openModelDirectory } from '../../inference-node/model/directory.ts'
import { loadTokenizer } from '../../inference-node/model/tokenizer.ts'
import { parseRating } from '../../schema/judge/rating.ts'
import { renderMessages } from '../../schema/judge/render.ts'
import { Divergence } from './divergence.ts'
import { writeKevalMini } from './keval-mini-checkpoint.ts'

const { values, positionals } = parseArgs({
  options: {
    prompts: { type: 'string', default: '400' },
    forced: { type: 'boolean', default: false },
    tokenizer: { type: 'string' },
    only: { type: 'string', default: '' },
    threads: { type: 'string', default: '1' },
  },
  allowPositionals: true,
})
const maxAnswerTokens = values.forced ? 4 : 256
const contextLength = 4096

const formats: [string, Partial<PrecisionOptions>][] = [
  ['int8, block 32', { precision: 'int8' }],
  ['int8 by row, 8 bits', { precision: 'int8', blockSize: 'row', rowBits: 8 }],
  ['int8 by row, 7 bits', { precision: 'int8', blockSize: 'row', rowBits: 7 }],
  ['int4, block 32', {}],
  ['int4, mixed', { blockSize: 'mixed' }],
  ['int4, block 128', { blockSize: 128 }],
]

const folder = mkdtempSync(join(tmpdir(), 'keval-ratings-'))
try {
  const checkpoint = positionals[0] ?? join(folder, 'keval-mini')
  if (!positionals[0]) writeKevalMini(checkpoint)
  const judge = async (chosen: Partial<PrecisionOptions>) => {
    const out = join(folder, 'model')
    const { weightFiles } = await convertCheckpoint(checkpoint, out, {
      precision: 'int4',
      blockSize: 32,
      target: 'cpu',
      activations: 'int8',
      contextLength,
      tokenizer: values.tokenizer,
      ...chosen,
    })
    const directory = await openModelDirectory(out)
    const tokenizer = await loadTokenizer(out, directory.vocabularySize)
    const session = await DecoderSession.open(directory, 'cpu', Number(values.threads))
    rmSync(out, { recursive: true })
    const megabytes = weightFiles.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6
    const ends = new Set([...directory.endOfSequenceTokens, ...tokenizer.endTokens])
    return { session, tokenizer, megabytes, isEnd: (token: number) => ends.has(token) }
  }

  const reference = await judge({ precision: 'fp32' })
  const start = values.forced ? reference.tokenizer.encode('Rating: [[') : []
  const prompts = readPrompts()
    .map((messages) => [...reference.tokenizer.encodeChat(messages).tokens, ...start])
    .filter((prompt) => prompt.length + maxAnswerTokens < contextLength)
    // evenly spread: kinds of questions stand together
    .filter((_, index, all) => {
      const share = Math.min(1, Number(values.prompts) / all.length)
      return Math.floor((index + 1) * share) > Math.floor(index * share)
    })
  const read = (answer: readonly number[]): number | null => {
    const bytes = Buffer.concat([...start, ...answer].map((token) => reference.tokenizer.tokenBytes(token)))
    return parseRating(bytes.toString('utf8'))?.rating ?? null
  }
  const answers: number[][] = []
  for (const prompt of prompts)
    answers.push(await reference.session.greedy(prompt, maxAnswerTokens, reference.isEnd))
  const ratings = answers.map(read)
  console.log(
    `${prompts.length} prompts; float32 rates ${ratings.filter((rating) => rating !== null).length} of them (${(reference.megabytes).toFixed(1)} MB)`,
  )
  console.log('| format | MB | KL in judgments (nats) | same token | ratings that differ | by more than 1 |')
  console.log('|---|---|---|---|---|---|')
  for (const [name, chosen] of formats.filter(([name]) => new RegExp(values.only).test(name))) {
    const { session, megabytes, isEnd } = await judge(chosen)
    const sums = new Divergence()
    let changed = 0
    let far = 0
    for (const [index, prompt] of prompts.entries()) {
      const given = [...prompt.slice(-1), ...answers[index]!.slice(0, -1)]
      const behind = async (judge: DecoderSession) => {
        const state = judge.start()
        await judge.append(state, prompt.slice(0, -1))
        return judge.append(state, given)
      }
      sums.add(await behind(reference.session), await behind(session), given)
      const rating = read(await session.greedy(prompt, maxAnswerTokens, isEnd))
      const expected = ratings[index]!
      if (rating === expected) continue
      changed++
      if (rating === null || expected === null || Math.abs(rating - expected) > 1) far++
    }
    const share = (count: number) => `${((100 * count) / prompts.length).toFixed(1)}%`
    console.log(
      `| ${name} | ${megabytes.toFixed(1)} | ${sums.divergence.toFixed(4)} | ${(100 * sums.agreement).toFixed(1)}% | ${share(changed)} | ${share(far)} |`,
    )
    await session.close()
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** The held-out questions of keval-mini, then the published test inputs, where they are. */
function readPrompts(): ChatMessage[][] {
  const rows = readJsonLines(join(import.meta.dirname, '../../keval-mini/heldout.jsonl')).map((row) =>
    renderMessages(
      row.template,
      row.turns ?? [{ question: row.question ?? '', answer: row.answer ?? '', reference: row.reference }],
    ),
  )
  const published = join(process.env.KEVAL_PUBLISHED_DATA ?? '', 'keval-testset/keval-2-9b.jsonl')
  if (!process.env.KEVAL_PUBLISHED_DATA || !existsSync(published)) return rows
  const inputs = readJsonLines(published).map(({ pairs: [{ prompt, input }] }): ChatMessage[] => [
    { role: 'system', content: prompt },
    { role: 'user', content: input },
  ])
  return [...inputs, ...rows]
}

function readJsonLines(file: string) {
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}
