/**
 * Measures the share of ratings that quantization changes for a model that is not a judge, beside size and divergence.
 *
 *     node bench/convert/forced-ratings.ts <checkpoint> [--prompts 60] [--tokenizer DIR] [--only WORDS] [--threads 2]
 *
 * The prompts are those of `ratings.ts`. Every answer begins with "Rating: [[", and the rating is the likeliest of 0 to
 * 10 behind it. Such a model may give the same rating to all prompts, so that a second one is read, the relative rating:
 * the one whose probability is largest beside its average over all prompts in float32. A model without a chat template
 * reads the messages as plain text.
 */
import { parseArgs } from 'node:util'
import { openCheckpoint } from '../../inference-node/convert/checkpoint/open-checkpoint.ts'
import { RatingDistribution, RatingTokens } from '../../inference-node/engine/text/rating-distribution.ts'
import type { ChatMessage } from '../../inference-node/model/chat-template.ts'
import type { RatingProbabilities } from '../../schema/api/chat-completion.ts'
import { contextLength, type Judge, listJudges, openJudge } from './judges.ts'
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
const ratingTokens = new RatingTokens(tokenizer)

/** The distributions over the ratings behind each prompt. */
async function readRatings({ session }: Judge): Promise<RatingProbabilities[]> {
  const ratings: RatingProbabilities[] = []
  for (const prompt of prompts) {
    const state = session.start()
    const logits = await session.append(state, prompt, prompt.length - 1)
    const distribution = new RatingDistribution(ratingTokens, logits.slice(-session.graph.vocabularySize))
    if (ratingTokens.one !== null) distribution.splitOne(await session.append(state, [ratingTokens.one]))
    ratings.push(distribution.result())
  }
  return ratings
}

const expected = await readRatings(reference)
await reference.session.close()
const averages = Object.keys(expected[0]!.probabilities).map((rating) =>
  average(expected.map(({ probabilities }) => probabilities[rating]!)),
)
const readMode = ({ mode }: RatingProbabilities) => mode
const readRelative = ({ probabilities }: RatingProbabilities) => {
  const shares = averages.map((share, rating) => probabilities[rating]! / share)
  return shares.indexOf(Math.max(...shares))
}
const count = (read: (rating: RatingProbabilities) => number) =>
  [...Map.groupBy(expected, read)]
    .sort(([a], [b]) => a - b)
    .map(([rating, { length }]) => `${length} with ${rating}`)
    .join(', ')
console.log(
  `${prompts.length} prompts; float32 (${reference.megabytes.toFixed(1)} MB) rates ${count(readMode)}; relative ratings: ${count(readRelative)}`,
)
console.log(
  '| format | MB | KL of the rating (nats) | change of its mean | ratings that differ | relative ratings that differ | mean change of these |',
)
console.log('|---|---|---|---|---|---|---|')
for (const { name, open } of listJudges(checkpoint, values.only, [], options)) {
  const judge = await open()
  const ratings = await readRatings(judge)
  await judge.session.close()
  const compare = (read: (rating: RatingProbabilities) => number) =>
    ratings.map((rating, index) => Math.abs(read(rating) - read(expected[index]!)))
  const share = (changes: number[]) => `${(100 * average(changes.map(Math.sign))).toFixed(1)}%`
  const [modes, relative] = [compare(readMode), compare(readRelative)]
  const cells = [
    average(ratings.map((rating, index) => divergence(expected[index]!, rating))).toFixed(4),
    average(compare(({ mean }) => mean)).toFixed(3),
    share(modes),
    share(relative),
    average(relative).toFixed(2),
  ]
  console.log(`| ${name} | ${judge.megabytes.toFixed(1)} | ${cells.join(' | ')} |`)
}

/** Kullback-Leibler divergence of a distribution over the ratings, in nats. */
function divergence({ probabilities: wanted }: RatingProbabilities, actual: RatingProbabilities): number {
  return Object.entries(wanted).reduce(
    (sum, [rating, share]) =>
      share > 0 ? sum + share * Math.log(share / actual.probabilities[rating]!) : sum,
    0,
  )
}

function average(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length
}
