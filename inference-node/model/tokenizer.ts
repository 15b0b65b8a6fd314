import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { Tokenizer as Library } from '@huggingface/tokenizers'
import { type ChatMessage, ChatTemplate } from './chat-template.ts'
import { ModelError } from './model-error.ts'
import { type TokenDecoder, toTokenDecoder } from './token-bytes.ts'
import {
  namedTokens,
  readJson,
  readTemplate,
  refuseUnknownControl,
  type TokenizerConfig,
  type TokenizerFile,
  withinVocabulary,
  withoutTokens,
} from './tokenizer-files.ts'

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

/**
 * The library finds control tokens by their text. Every control token is renamed to a text that no user can
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
