/**
 * Measures the share of ratings that quantization changes for a model that is not a judge, beside size and divergence.
 *
 *     node bench/convert/forced-ratings.ts <checkpoint> [--prompts 60] [--tokenizer DIR] [--only WORDS] [--threads 2]
 *
 * The prompts are those of `ratings.ts`. Every answer begins with "Rating: [[", and the rating is the likeliest digit
 * behind it: a 10 counts as a 1. A model without a chat template reads the messages as plain text.
 */
import { parseArgs } from 'node:util'
import { openCheckpoint } from '../../inference-node/convert/checkpoint/open-checkpoint.ts'
import type { ChatMessage } from '../../inference-node/model/chat-template.ts'
import { Divergence } from './divergence.ts'
import { contextLength, type Judge, judgeFormats, openJudge } from './judges.ts'
import { readPrompts, spread } from './rating-prompts.ts'

const { values, positionals } = parseArgs({
  options: {
    prompts: { type: 'string', default: '60' },
    tokenizer: { type: 'string' },
    only: { type: 'string', default: '' },
    threads: { type: 'string', default: '2' },
  },
  allowPositionals: true,
})
const [checkpoint] = positionals
if (!checkpoint) throw new Error('usage: node bench/convert/forced-ratings.ts <checkpoint>')
const options = { threads: Number(values.threads), tokenizer: values.tokenizer }

const { config } = await openCheckpoint(checkpoint, values.tokenizer)
const beginning = typeof config.bos_token_id === 'number' ? [config.bos_token_id] : []
const reference = await openJudge(checkpoint, { precision: 'fp32' }, options)
const { tokenizer } = reference
const encode = (messages: readonly ChatMessage[]): readonly number[] =>
  tokenizer.hasChatTemplate
    ? [...tokenizer.encodeChat(messages).tokens, ...tokenizer.encode('Rating: [[')]
    : [
        ...beginning,
        ...tokenizer.encode([...messages.map(({ content }) => content), 'Rating: [['].join('\n\n')),
      ]
const prompts = spread(
  readPrompts()
    .map(encode)
    .filter((prompt) => prompt.length < contextLength),
  Number(values.prompts),
)
const digits = Array.from('0123456789', (digit) => {
  const tokens = tokenizer.encode(digit)
  if (tokens.length !== 1) throw new Error(`${digit} is ${tokens.length} tokens`)
  return tokens[0]!
})

/** Logits behind each prompt. */
async function read({ session }: Judge): Promise<Float32Array[]> {
  const rows: Float32Array[] = []
  for (const prompt of prompts) {
    const logits = await session.append(session.start(), prompt, prompt.length - 1)
    rows.push(logits.slice(-session.graph.vocabularySize))
  }
  return rows
}
const rate = (logits: Float32Array) => {
  const sizes = digits.map((token) => logits[token]!)
  return sizes.indexOf(Math.max(...sizes))
}

const expected = await read(reference)
await reference.session.close()
const counts = expected
  .map(rate)
  .reduce((sums, rating) => sums.set(rating, (sums.get(rating) ?? 0) + 1), new Map())
console.log(
  `${prompts.length} prompts; float32 (${reference.megabytes.toFixed(1)} MB) rates ${[...counts]
    .sort(([a], [b]) => a - b)
    .map(([rating, count]) => `${count} with ${rating}`)
    .join(', ')}`,
)
console.log('| format | MB | KL behind `[[` (nats) | same token | ratings that differ | by more than 1 |')
console.log('|---|---|---|---|---|---|')
for (const [name, chosen] of judgeFormats.filter(([name]) => new RegExp(values.only).test(name))) {
  const judge = await openJudge(checkpoint, chosen, options)
  const sums = new Divergence()
  let changed = 0
  let far = 0
  for (const [index, logits] of (await read(judge)).entries()) {
    sums.add(expected[index]!, logits, [0])
    const off = Math.abs(rate(logits) - rate(expected[index]!))
    if (off > 0) changed++
    if (off > 1) far++
  }
  const share = (count: number) => `${((100 * count) / prompts.length).toFixed(1)}%`
  console.log(
    `| ${name} | ${judge.megabytes.toFixed(1)} | ${sums.divergence.toFixed(4)} | ${(100 * sums.agreement).toFixed(1)}% | ${share(changed)} | ${share(far)} |`,
  )
  await judge.session.close()
}
