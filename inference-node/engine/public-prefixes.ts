import { type TemplateName, templates } from '../../schema/judge/templates.ts'
import type { ChatMessage } from '../model/chat-template.ts'
import { ModelError } from '../model/model-error.ts'
import type { Tokenizer } from '../model/tokenizer.ts'

/** Beginnings of texts of every kind: a prefix ends where they begin to change how the text before them is cut. */
const continuations = ['가', 'a', 'A', '1', ' ', '\n', '.', '<', '[', '👍']

/**
 * The beginnings of the published judge templates, as tokens: all text before the first that a tenant supplies. They are
 * the same for everybody and known to everybody, so their keys and values may be shared between tenants.
 */
export class PublicPrefixes {
  readonly #prefixes: number[][]

  constructor(tokenizer: Tokenizer) {
    this.#prefixes = tokenizer.hasChatTemplate
      ? Object.keys(templates).map((name) => toPrefix(tokenizer, name as TemplateName))
      : []
  }

  /** Length of the whole public prefix at the beginning of a prompt, in tokens. */
  count(tokens: readonly number[]): number {
    const matching = this.#prefixes.filter((prefix) =>
      prefix.every((token, index) => token === tokens[index]),
    )
    return Math.max(0, ...matching.map(({ length }) => length))
  }
}

/** No tokens for a template that the model's own refuses. */
function encode(tokenizer: Tokenizer, messages: readonly ChatMessage[]): number[] {
  try {
    return tokenizer.encodeChat(messages).tokens
  } catch (error) {
    if (error instanceof ModelError) return []
    throw error
  }
}

function toPrefix(tokenizer: Tokenizer, name: TemplateName): number[] {
  const { system, user } = templates[name]
  const constant = user.slice(0, user.search(/\{\w+\}/))
  const prompts = continuations.map((text) => {
    const messages: ChatMessage[] = [{ role: 'user', content: constant + text }]
    if (system !== '') messages.unshift({ role: 'system', content: system })
    return encode(tokenizer, messages)
  })
  const [first, ...others] = prompts as [number[], ...number[][]]
  const length = first.findIndex((token, index) => others.some((tokens) => tokens[index] !== token))
  return first.slice(0, Math.max(0, length))
}
