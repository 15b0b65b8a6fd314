/**
 * Measures how often a judge's rating at temperature 0 changes when its weights are quantized, with size and divergence.
 *
 *     node bench/convert/ratings.ts [checkpoint] [--prompts 400] [--tokenizer DIR] [--only WORDS] [--threads 1]
 *
 * Without a checkpoint keval-mini is the judge: see `keval-mini-checkpoint.ts`. It judges its held-out questions, and the
 * published test inputs where KEVAL_PUBLISHED_DATA says where they are. The reference is the same judge in float32.
 * A model that is no judge: see `forced-ratings.ts`.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { DecoderSession } from '../../inference-node/model/decoder-session.ts'
import { parseRating } from '../../schema/judge/rating.ts'
import { Divergence } from './divergence.ts'
import { contextLength, judgeFormats, openJudge } from './judges.ts'
import { writeKevalMini } from './keval-mini-checkpoint.ts'
import { readPrompts, spread } from './rating-prompts.ts'

const { values, positionals } = parseArgs({
  options: {
    prompts: { type: 'string', default: '400' },
    tokenizer: { type: 'string' },
    only: { type: 'string', default: '' },
    threads: { type: 'string', default: '1' },
  },
  allowPositionals: true,
})
const maxAnswerTokens = 256
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
  const answers: number[][] = []
  for (const prompt of prompts)
    answers.push(await reference.session.greedy(prompt, maxAnswerTokens, reference.isEnd))
  const ratings = answers.map(read)
  console.log(
    `${prompts.length} prompts; float32 rates ${ratings.filter((rating) => rating !== null).length} of them (${(reference.megabytes).toFixed(1)} MB)`,
  )
  console.log('| format | MB | KL in judgments (nats) | same token | ratings that differ | by more than 1 |')
  console.log('|---|---|---|---|---|---|')
  for (const [name, chosen] of judgeFormats.filter(([name]) => new RegExp(values.only).test(name))) {
    const { session, megabytes, isEnd } = await openJudge(checkpoint, chosen, options)
    const sums = new Divergence()
    let changed = 0
    let far = 0
    for (const [index, prompt] of prompts.entries()) {
      const given = [...prompt.slice(-1), ...answers[index]!.slice(0, -1)]
      const behind = async (judge: DecoderSession) => {
        const state = judge.start()
        await judge.append(state, prompt.slice(0, -1), prompt.length - 2)
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
