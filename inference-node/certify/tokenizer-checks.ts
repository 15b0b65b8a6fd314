import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Tokenizer as ReferenceTokenizer } from '@huggingface/tokenizers'
import { renderMessages } from '../../schema/judge/render.ts'
import { logSumExp } from '../convert/reference/measures.ts'
import type { ChatMessage } from '../model/chat-template.ts'
import type { Certificate, ModelDirectory } from '../model/directory.ts'
import { loadTokenizer, type Tokenizer } from '../model/tokenizer.ts'
import type { PromptRunner } from './prompt-runner.ts'

type Check = Certificate['checks'][number]

/** Texts whose bytes must survive encoding and decoding: Korean, code, runs of blanks, emoji, rare scripts. */
const corpus = [
  '평가: 답변은 정확하고 간결합니다. Rating: [[8]]',
  '뷁쀍 한글(漢字) ㄱㄴㄷ ㅋㅋㅋ… “따옴표” 10㎞ ½',
  'def f(x):\n    if x > 0:\n        return {"a": [1, 2, 3]}\n\treturn None\n',
  '  둘   셋    넷     다섯\n\n\n\t\t끝 ',
  `${' '.repeat(31)}|${' '.repeat(16)}|\n\n\n\n|\t\t\t|`,
  '👩‍👩‍👧‍👦 🇰🇷 👍🏽 e\u0301 한글',
  '<b>굵게</b> <unused0> [multimodal] &amp; https://예.한국/경로?질문=값#조각',
  '\u0000\u0001 مرحبا שלום 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 \u{2028}',
]

/**
 * Checks that tokens give back the bytes that the reference decoder gives, and that ratings are spelled by tokens.
 *
 * @throws ModelError when the tokenizer does not fit the model
 */
export async function checkTokenizer({ path, vocabularySize }: ModelDirectory): Promise<Check[]> {
  const tokenizer = await loadTokenizer(path, vocabularySize)
  const readJson = async (name: string) => JSON.parse(await readFile(join(path, name), 'utf8'))
  const reference = new ReferenceTokenizer(await readJson('tokenizer.json'), {
    ...(await readJson('tokenizer_config.json')),
    clean_up_tokenization_spaces: false,
  })
  const wrong = corpus.filter((text) => {
    const tokens = tokenizer.encode(text)
    return decode(tokenizer, tokens).trimStart() !== reference.decode(tokens).trimStart()
  })
  return [
    {
      name: 'tokenizer',
      passed: wrong.length === 0,
      detail:
        wrong.length === 0
          ? `${corpus.length} texts are decoded as by the reference decoder`
          : `decoded otherwise than by the reference decoder: ${wrong.map((text) => JSON.stringify(text)).join(', ')}`,
    },
    checkDigits(tokenizer),
  ]
}

/** Every rating has tokens of its own that spell it. */
function checkDigits(tokenizer: Tokenizer): Check {
  const ratings = Array.from({ length: 11 }, (_, rating) => String(rating))
  const wrong = ratings.filter((rating) => {
    const tokens = tokenizer.encode(rating)
    return decode(tokenizer, tokens) !== rating || tokens.some((token) => tokenizer.isSpecial(token))
  })
  return {
    name: 'digits',
    passed: wrong.length === 0,
    detail: wrong.length === 0 ? '0 to 10 are spelled by their tokens' : `not spelled: ${wrong.join(', ')}`,
  }
}

function decode(tokenizer: Tokenizer, tokens: readonly number[]): string {
  const bytes = tokens.flatMap((token) => [...tokenizer.tokenBytes(token)])
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes))
}

/** A trained model puts more than this on the end of its turn; one of random weights puts it nowhere. */
const decided = 0.5

/** Chats whose answers are short, and the most tokens of each. */
const shortChats: { messages: readonly ChatMessage[]; maxTokens: number }[] = [
  { messages: [{ role: 'user', content: '1 + 1 = ? 숫자만 답하세요.' }], maxTokens: 128 },
  {
    messages: renderMessages('single-v1', [{ question: '대한민국의 수도는?', answer: '서울입니다.' }]),
    maxTokens: 256,
  },
]

/**
 * Checks that a short chat ends: the likeliest answer reaches an end token before any other control token.
 *
 * @returns why it could not be checked, where no answer ends in time
 */
export async function checkEndOfTurn(
  runner: Pick<PromptRunner, 'greedy' | 'last' | 'rowTokens'>,
  { path, vocabularySize, endOfSequenceTokens }: ModelDirectory,
): Promise<Check | string> {
  const name = 'end of turn'
  const tokenizer = await loadTokenizer(path, vocabularySize)
  if (!tokenizer.hasChatTemplate) return `${name}: the directory has no chat template`
  const ends = new Set([...endOfSequenceTokens, ...tokenizer.endTokens])
  if (ends.size === 0) return { name, passed: false, detail: 'no config and no template names an end token' }
  let obstacle = `${name}: the context is shorter than a short chat`
  for (const { messages, maxTokens } of shortChats) {
    const prompt = tokenizer.encodeChat(messages).tokens
    const count = Math.min(maxTokens, runner.rowTokens - prompt.length)
    if (count < 1) continue
    const answer = await runner.greedy(prompt, count, (token) => tokenizer.isSpecial(token))
    const last = answer.at(-1)!
    if (ends.has(last))
      return { name, passed: true, detail: `a short chat ends after ${answer.length} tokens` }
    obstacle = `${name}: the answer to a short chat is longer than ${count} tokens`
    if (!tokenizer.isSpecial(last)) continue
    const logits = await runner.last([...prompt, ...answer.slice(0, -1)])
    const probability = toProbability(logits, last)
    const detail = `a short chat reaches control token ${last} with probability ${probability.toPrecision(2)}, which is not among the end tokens`
    if (probability > decided) return { name, passed: false, detail }
    obstacle = `${name}: ${detail}`
  }
  return obstacle
}

const toProbability = (logits: Float32Array, token: number) => Math.exp(logits[token]! - logSumExp(logits))
