/**
 * Measures how often a judge's rating at temperature 0 changes when its weights are quantized, with size and divergence.
 *
 *     node bench/convert/ratings.ts [checkpoint] [--prompts 400] [--tokenizer DIR] [--only WORDS] [--threads 1]
 *       [--gguf FILE]…
 *
 * `--only` is a regular expression over the names of the formats; `--gguf` adds the weights of a GGUF file of the same
 * model, run in float32 (see `llama_cpp_gguf.py`).
 * Without a checkpoint keval-mini is the judge: see `keval-mini-checkpoint.ts`. It judges its held-out questions, and the
 * published test inputs where KEVAL_PUBLISHED_DATA says where they are. The reference is the same judge in float32.
 * A model that is no judge: see `forced-ratings.ts`.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { argmax, type DecoderSession } from '../../inference-node/model/decoder-session.ts'
import { parseRating } from '../../schema/judge/rating.ts'
import { Divergence } from './divergence.ts'
import { contextLength, listJudges, openJudge } from './judges.ts'
import { writeKevalMini } from './keval-mini-checkpoint.ts'
import { readPrompts, spread } from './rating-prompts.ts'

const { values, positionals } = parseArgs({
  options: {
    prompts: { type: 'string', default: '400' },
    tokenizer: { type: 'string' },
    only: { type: 'string', default: '' },
    threads: { type: 'string', default: '1' },
    gguf: { type: 'string', multiple: true, default: [] },
  },
  allowPositionals: true,
})
const maxAnswerTokens = 256
/** The tokens behind which logits tell an answer. */
const toGiven = (prompt: readonly number[], answer: readonly number[]) => [
  ...prompt.slice(-1),
  ...answer.slice(0, -1),
]
const options = { threads: Number(values.threads), tokenizer: values.tokenizer }

const folder = mkdtempSync(join(tmpdir(), 'keval-ratings-'))
try {
  const checkpoint = positionals[0] ?? join(folder, 'keval-mini')
  if (!positionals[0]) writeKevalMini(checkpoint)
  const reference = await openJudge(checkpoint, { precision: 'fp32' }, options)
  const encoded = readPrompts()
    .map((messages) => [...reference.tokenizer.encodeChat(messages).tokens])
    .filter((prompt) => prompt.length + maxAnswerTokens < contextLength)
  const prompts = spread(encoded, Number(values.prompts))
  const read = (answer: readonly number[]): number | null => {
    const bytes = Buffer.concat(answer.map((token) => reference.tokenizer.tokenBytes(token)))
    return parseRating(bytes.toString('utf8'))?.rating ?? null
  }
  /** Reads the logits that tell an answer. */
  const readBehind = async (
    session: DecoderSession,
    prompt: readonly number[],
    answer: readonly number[],
  ) => {
    const state = session.start()
    await session.append(state, prompt.slice(0, -1), prompt.length - 2)
    return session.append(state, toGiven(prompt, answer))
  }
  const expected: { answer: number[]; logits: Float32Array; rating: number | null }[] = []
  for (const prompt of prompts) {
    const answer = await reference.session.greedy(prompt, maxAnswerTokens, reference.isEnd)
    const logits = await readBehind(reference.session, prompt, answer)
    expected.push({ answer, logits, rating: read(answer) })
  }
  await reference.session.close()
  console.log(
    `${prompts.length} prompts; float32 rates ${expected.filter(({ rating }) => rating !== null).length} of them (${(reference.megabytes).toFixed(1)} MB)`,
  )
  console.log('| format | MB | KL in judgments (nats) | same token | ratings that differ | by more than 1 |')
  console.log('|---|---|---|---|---|---|')
  for (const { name, open } of listJudges(checkpoint, values.only, values.gguf, options)) {
    const { session, megabytes, isEnd } = await open()
    const { vocabularySize } = session.graph
    const sums = new Divergence()
    let changed = 0
    let far = 0
    for (const [index, prompt] of prompts.entries()) {
      const wanted = expected[index]!
      const logits = await readBehind(session, prompt, wanted.answer)
      sums.add(wanted.logits, logits, toGiven(prompt, wanted.answer))
      const chosen = wanted.answer.map((_, at) =>
        argmax(logits.subarray(at * vocabularySize, (at + 1) * vocabularySize)),
      )
      const parting = chosen.findIndex((token, at) => token !== wanted.answer[at])
      if (parting < 0) continue
      // both answers are the same up to there
      const answer = chosen.slice(0, parting + 1)
      if (!isEnd(answer.at(-1)!))
        answer.push(...(await session.greedy([...prompt, ...answer], maxAnswerTokens - answer.length, isEnd)))
      const rating = read(answer)
      if (rating === wanted.rating) continue
      changed++
      if (rating === null || wanted.rating === null || Math.abs(rating - wanted.rating) > 1) far++
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
