import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ModelError } from './model-error.ts'

export interface AddedToken {
  id: number
  content: string
  special: boolean
}

export interface TokenizerFile {
  added_tokens?: AddedToken[]
  decoder: unknown
  post_processor: unknown
  model: { vocab: Record<string, number> | [string, number][]; unk_token?: string | null }
}

export interface TokenizerConfig {
  chat_template?: string | { name: string; template: string }[]
  [name: string]: unknown
}

/**
 * A tokenizer without the added tokens beyond the model's vocabulary.
 *
 * @throws ModelError when an ordinary token is beyond the model's vocabulary: the files are of two models
 */
export function withinVocabulary(
  file: TokenizerFile,
  vocabularySize: number,
  directory: string,
): TokenizerFile {
  const path = join(directory, 'tokenizer.json')
  const added = file.added_tokens ?? []
  const dropped = new Set(added.filter(({ id }) => id >= vocabularySize).map(({ content }) => content))
  const entries = toEntries(file.model?.vocab, path)
  const unknown = entries.find(([token, id]) => id >= vocabularySize && !dropped.has(token))
  if (unknown)
    throw new ModelError(
      `${path} has token ${JSON.stringify(unknown[0])} with id ${unknown[1]}, but the model has ${vocabularySize} tokens`,
    )
  if (dropped.size === 0) return file
  const { vocab } = file.model
  return {
    ...file,
    added_tokens: added.filter(({ content }) => !dropped.has(content)),
    model: {
      ...file.model,
      vocab: Array.isArray(vocab)
        ? vocab.slice(0, vocabularySize)
        : Object.fromEntries(Object.entries(vocab).filter(([token]) => !dropped.has(token))),
    },
  }
}

function toEntries(vocab: unknown, path: string): [string, number][] {
  if (Array.isArray(vocab)) return vocab.map(([token], id) => [token as string, id])
  if (typeof vocab === 'object' && vocab !== null) return Object.entries(vocab as Record<string, number>)
  throw new ModelError(`${path} has no vocabulary`)
}

/**
 * @throws ModelError when the chat template or the special tokens of the config write a token that was left out
 */
export function refuseUnknownControl(
  file: TokenizerFile,
  { added_tokens: kept = [] }: TokenizerFile,
  template: string | null,
  config: TokenizerConfig,
  directory: string,
): void {
  const known = new Set(kept.map(({ content }) => content))
  const named = new Set(Object.values(namedTokens(config)))
  const missing = (file.added_tokens ?? []).find(
    ({ content }) => !known.has(content) && (named.has(content) || template?.includes(content)),
  )
  if (missing)
    throw new ModelError(
      `${directory}: the chat template or tokenizer_config.json uses ${missing.content}, whose id ${missing.id} is beyond the model's vocabulary`,
    )
}

/**
 * The model's vocabulary without control tokens, so that merging characters cannot reach one. The token for
 * unknown text stays: it stands for text.
 */
export function withoutTokens(
  model: TokenizerFile['model'],
  tokens: Map<string, number>,
): TokenizerFile['model'] {
  if (Array.isArray(model.vocab)) return model
  const kept = Object.entries(model.vocab).filter(
    ([token]) => !tokens.has(token) || token === model.unk_token,
  )
  return { ...model, vocab: Object.fromEntries(kept) }
}

/** `bos_token`, `eos_token` and the like, which configs give as a text or as an object with a content. */
export function namedTokens(config: TokenizerConfig): Record<string, string> {
  const named: Record<string, string> = {}
  for (const name of ['bos_token', 'eos_token', 'unk_token', 'pad_token']) {
    const value = config[name]
    if (typeof value === 'string') named[name] = value
    else if (typeof (value as AddedToken | null)?.content === 'string')
      named[name] = (value as AddedToken).content
  }
  return named
}

export async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    throw new ModelError(`cannot read ${path}: ${(error as Error).message}`)
  }
}

export async function readTemplate(directory: string, config: TokenizerConfig): Promise<string | null> {
  try {
    return await readFile(join(directory, 'chat_template.jinja'), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  if (typeof config.chat_template === 'string') return config.chat_template
  const templates = config.chat_template ?? []
  return (templates.find((template) => template.name === 'default') ?? templates[0])?.template ?? null
}
