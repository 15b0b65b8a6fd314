import { isBearerToken } from '../../schema/text/bearer-token.ts'
import type { AskOptions } from '../answering/answer-questions.ts'
import { Target } from '../answering/target.ts'
import { type Call, getNumber, getText, UsageError } from './cli-context.ts'
import type { OptionName } from './options.ts'

/** The options that say whom to ask, and how. */
export const askOptionNames: readonly OptionName[] = [
  'target',
  'target-model',
  'target-key-env',
  'questions',
  'references',
  'max-questions',
  'out',
  'system',
  'target-temperature',
  'target-max-tokens',
  'target-seed',
  'stop',
  'extra-body',
  'samples',
  'concurrency',
  'timeout',
  'no-stream',
  'retries',
  'judge-reasoning',
  'empty',
]

const defaultKeyVariable = 'KEVAL_TARGET_API_KEY'

/** The target of `--target`; its key comes from an environment variable of its own. */
export function getTarget(call: Call): { target: Target; url: string; model: string } {
  const { values, texts, environment } = call
  const url = getRequired(call, 'target')
  const model = getRequired(call, 'target-model')
  if (!URL.canParse(url)) throw new UsageError(texts.targetUnusable(url))
  const { protocol, username, password } = new URL(url)
  if (!/^https?:$/.test(protocol) || username !== '' || password !== '')
    throw new UsageError(texts.targetUnusable(protocol === 'https:' ? url.replace(/\/\/.*@/, '//…@') : url))
  const named = getText(values, 'target-key-env')
  const apiKey = environment[named ?? defaultKeyVariable] || null
  if (named !== undefined && apiKey === null) throw new UsageError(texts.noKeyVariable(named))
  if (apiKey !== null && !isBearerToken(apiKey))
    throw new UsageError(texts.keyUnusable(named ?? defaultKeyVariable))
  const silenceMs = (getNumber(call, 'timeout', { min: 1, max: 300 }) ?? 300) * 1000
  const isStreamed = values['no-stream'] !== true
  const retries = getNumber(call, 'retries', { max: 100, whole: true }) ?? 5
  return { target: new Target({ url, model, apiKey, silenceMs, isStreamed, retries }), url, model }
}

export function getAskOptions(call: Call): AskOptions {
  const { values } = call
  const maxTokens =
    getText(values, 'target-max-tokens') === 'none' ? null : getWhole(call, 'target-max-tokens', 2048)
  const seed = getNumber(call, 'target-seed', { whole: true })
  const stop = values.stop as string[] | undefined
  return {
    system: getText(values, 'system') ?? null,
    temperature: getTemperature(call),
    fields: {
      ...getExtraBody(call),
      ...(maxTokens !== null && { max_tokens: maxTokens }),
      ...(seed !== undefined && { seed }),
      ...(stop !== undefined && { stop }),
    },
    samples: getWhole(call, 'samples', 1),
    concurrency: getWhole(call, 'concurrency', 8),
  }
}

const getWhole = (call: Call, name: OptionName, otherwise: number) =>
  getNumber(call, name, { min: 1, whole: true }) ?? otherwise

function getTemperature(call: Call): AskOptions['temperature'] {
  const text = getText(call.values, 'target-temperature')
  if (text === 'mt-bench') return text
  return text === 'none' ? null : (getNumber(call, 'target-temperature', { max: 2 }) ?? 0.8)
}

/** Fields that options or the questions decide. */
const reserved = ['model', 'messages', 'stream', 'n', 'temperature', 'max_tokens', 'seed', 'stop']

function getExtraBody({ values, texts }: Call): Record<string, unknown> {
  const text = getText(values, 'extra-body')
  if (text === undefined) return {}
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    throw new UsageError(texts.badExtraBody)
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new UsageError(texts.badExtraBody)
  const taken = reserved.find((field) => Object.hasOwn(body, field))
  if (taken !== undefined) throw new UsageError(texts.reservedField(taken))
  return body as Record<string, unknown>
}

function getRequired({ values, texts }: Call, name: OptionName): string {
  const text = getText(values, name)
  if (text === undefined || text === '') throw new UsageError(texts.required(name))
  return text
}
