import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Tokenizer as Library } from '@huggingface/tokenizers'
import { type ChatMessage, ChatTemplate } from './chat-template.ts'
import { ModelError } from './model-error.ts'
import { type TokenDecoder, toTokenDecoder } from './token-bytes.ts'

export interface EncodedChat {
  tokens: number[]
  /** The system text was moved into the user turn, because the template refuses a system role. */
  systemFolded: boolean
}

/** Text to tokens and tokens to bytes, for one model. */
export interface Tokenizer {
  /** Number of ids, from 0; the graph's vocabulary may be padded beyond it. */
  readonly size: number
  readonly hasChatTemplate: boolean
  /** Tokens that end an answer: the configured end of text, and the end of the chat template's assistant turn. */
  readonly endTokens: readonly number[]
  /** Encodes plain text. Whatever it contains, the result has no control token and no added start token. */
  encode(text: string): number[]
  /**
   * Encodes a conversation up to where the assistant's answer begins. Control tokens come from the chat template
   * alone: the same characters inside a message stay text.
   *
   * @throws ModelError when the template refuses the messages
   */
  encodeChat(messages: readonly ChatMessage[]): EncodedChat
  /**
   * The bytes that a token stands for; none for control tokens and ids beyond the vocabulary. A token may hold a
   * part of a character: join the bytes before decoding them.
   */
  tokenBytes(id: number): Uint8Array
  /** True for control tokens and for ids beyond the vocabulary: neither is ever text. */
  isSpecial(id: number): boolean
}

/**
 * Loads `tokenizer.json`, `tokenizer_config.json` and the chat template of a model directory.
 *
 * @param vocabularySize number of tokens that the model knows. Added tokens beyond it, such as a text model's image
 * token, are left out: their text is encoded like any other.
 * @throws ModelError naming the file that is missing or cannot be used, or the token that the model does not know
 */
export async function loadTokenizer(directory: string, vocabularySize: number): Promise<Tokenizer> {
  const file = (await readJson(join(directory, 'tokenizer.json'))) as TokenizerFile
  const tokenizer = withinVocabulary(file, vocabularySize, directory)
  const config = (await readJson(join(directory, 'tokenizer_config.json'))) as TokenizerConfig
  const template = await readTemplate(directory, config)
  try {
    const loaded = new SafeTokenizer(tokenizer, config, template)
    refuseUnknownControl(file, tokenizer, template, config, directory)
    return loaded
  } catch (error) {
    if (error instanceof ModelError) throw error
    throw new ModelError(`${join(directory, 'tokenizer.json')} cannot be used: ${(error as Error).message}`)
  }
}

interface AddedToken {
  id: number
  content: string
  special: boolean
}

interface TokenizerFile {
  added_tokens?: AddedToken[]
  decoder: unknown
  post_processor: unknown
  model: { vocab: Record<string, number> | [string, number][]; unk_token?: string | null }
}

interface TokenizerConfig {
  chat_template?: string | { name: string; template: string }[]
  [name: string]: unknown
}

/**
 * A tokenizer without the added tokens that the model does not know.
 *
 * @throws ModelError when an ordinary token is beyond the model's vocabulary: the files are of two models
 */
function withinVocabulary(file: TokenizerFile, vocabularySize: number, directory: string): TokenizerFile {
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
function refuseUnknownControl(
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
 * The library finds control tokens by their text. Here every control token is renamed to a text that nobody can
 * type, because it contains a random number drawn at load; the template's own control tokens are then renamed in
 * the rendered text, where those inside messages were broken up beforehand.
 */
class SafeTokenizer implements Tokenizer {
  readonly size: number
  readonly endTokens: readonly number[]
  readonly #library: Library
  readonly #decoder: TokenDecoder
  readonly #template: ChatTemplate | null
  readonly #specialIds: Map<string, number>
  readonly #specialPattern: RegExp | null
  readonly #special: Set<number>
  readonly #added: Map<number, string>
  readonly #nonce = randomBytes(8).toString('hex')
  readonly #breaker = `\u{fdd0}${this.#nonce}\u{fdd0}`

  constructor(file: TokenizerFile, config: TokenizerConfig, template: string | null) {
    const added = file.added_tokens ?? []
    const special = added.filter((token) => token.special)
    this.#specialIds = new Map(special.map((token) => [token.content, token.id]))
    this.#special = new Set(special.map((token) => token.id))
    this.#added = new Map(added.map((token) => [token.id, token.content]))
    this.#specialPattern = toPattern([...this.#specialIds.keys()])
    this.#template = template === null ? null : new ChatTemplate(template, namedTokens(config))
    this.#decoder = toTokenDecoder(file.decoder)

    this.#library = new Library(
      {
        ...file,
        post_processor: null,
        model: withoutTokens(file.model, this.#specialIds),
        added_tokens: added.map((token) =>
          token.special ? { ...token, content: this.#marker(token.id) } : token,
        ),
      },
      { ...config, additional_special_tokens: [] },
    )
    const ids = Array.isArray(file.model.vocab)
      ? [file.model.vocab.length - 1]
      : Object.values(file.model.vocab)
    this.size = 1 + [...ids, ...added.map((token) => token.id)].reduce((a, b) => Math.max(a, b), -1)
    const endOfText = namedTokens(config).eos_token
    this.endTokens = [
      ...new Set([added.find(({ content }) => content === endOfText)?.id ?? null, this.#findTurnEnd()]),
    ].filter((id) => id !== null)
  }

  get hasChatTemplate(): boolean {
    return this.#template !== null
  }

  encode(text: string): number[] {
    return this.#library.encode(text.toWellFormed(), { add_special_tokens: false }).ids
  }

  encodeChat(messages: readonly ChatMessage[]): EncodedChat {
    if (!this.#template) throw new ModelError('the model has no chat template')
    const safe = messages.map(({ role, content }) => ({ role, content: this.#breakUp(content) }))
    const { text, systemFolded } = this.#template.render(safe)
    const marked = this.#specialPattern
      ? text.replace(this.#specialPattern, (token) => this.#marker(this.#specialIds.get(token)!))
      : text
    return { tokens: this.encode(marked.replaceAll(this.#breaker, '')), systemFolded }
  }

  tokenBytes(id: number): Uint8Array {
    if (this.isSpecial(id)) return new Uint8Array()
    return this.#decoder(this.#added.get(id) ?? this.#library.id_to_token(id)!)
  }

  isSpecial(id: number): boolean {
    return this.#special.has(id) || this.#library.id_to_token(id) === undefined
  }

  /** The added token that the template writes right behind an assistant's text; null when it writes none. */
  #findTurnEnd(): number | null {
    if (!this.#template) return null
    const answer = this.#nonce
    const messages: ChatMessage[] = [
      { role: 'user', content: 'x' },
      { role: 'assistant', content: answer },
    ]
    let text: string
    try {
      text = this.#template.render(messages, { opensAnswer: false }).text
    } catch {
      return null // a template for single questions refuses an answer
    }
    const behind = text.slice(text.lastIndexOf(answer) + answer.length).trimStart()
    const [id] = [...this.#added]
      .filter(([, content]) => content.trim() !== '' && behind.startsWith(content))
      .sort(([, a], [, b]) => b.length - a.length)
      .map(([id]) => id)
    return text.includes(answer) ? (id ?? null) : null
  }

  #marker(id: number): string {
    return `\u{fdd1}${this.#nonce}:${id}\u{fdd1}`
  }

  /** Puts a mark between the characters of every text in `content` that looks like a control token. */
  #breakUp(content: string): string {
    if (!this.#specialPattern) return content
    return content.replace(this.#specialPattern, (token) => [...token].join(this.#breaker) + this.#breaker)
  }
}

/** A pattern for the longest of the given texts; null when there are none. */
function toPattern(texts: string[]): RegExp | null {
  if (texts.length === 0) return null
  const byLength = [...texts].sort((a, b) => b.length - a.length)
  return new RegExp(byLength.map((text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|'), 'gu')
}

/**
 * The model's vocabulary without control tokens, so that merging characters cannot reach one. The token for
 * unknown text stays: it stands for text.
 */
function withoutTokens(model: TokenizerFile['model'], tokens: Map<string, number>): TokenizerFile['model'] {
  if (Array.isArray(model.vocab)) return model
  const kept = Object.entries(model.vocab).filter(
    ([token]) => !tokens.has(token) || token === model.unk_token,
  )
  return { ...model, vocab: Object.fromEntries(kept) }
}

/** `bos_token`, `eos_token` and the like, which configs give as a text or as an object with a content. */
function namedTokens(config: TokenizerConfig): Record<string, string> {
  const named: Record<string, string> = {}
  for (const name of ['bos_token', 'eos_token', 'unk_token', 'pad_token']) {
    const value = config[name]
    if (typeof value === 'string') named[name] = value
    else if (typeof (value as AddedToken | null)?.content === 'string')
      named[name] = (value as AddedToken).content
  }
  return named
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    throw new ModelError(`cannot read ${path}: ${(error as Error).message}`)
  }
}

async function readTemplate(directory: string, config: TokenizerConfig): Promise<string | null> {
  try {
    return await readFile(join(directory, 'chat_template.jinja'), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  if (typeof config.chat_template === 'string') return config.chat_template
  const templates = config.chat_template ?? []
  return (templates.find((template) => template.name === 'default') ?? templates[0])?.template ?? null
}
