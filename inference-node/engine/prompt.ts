import { type Failure, invalidRequest, reason } from '../../schema/api/errors.ts'
import { type FieldError, fieldError } from '../../schema/messages/field-errors.ts'
import type { ChatMessage } from '../model/chat-template.ts'
import type { EncodedChat, Tokenizer } from '../model/tokenizer.ts'
import type { PublicPrefixes } from './public-prefixes.ts'

/** A prompt with more characters than this for each token of a row is refused before it is tokenized. */
const charactersPerToken = 16

export interface EncodedPrompt extends EncodedChat {
  /** Tokens at the beginning that may be shared between tenants: see {@link PublicPrefixes}. */
  publicTokens: number
}

export interface PromptEncoder {
  tokenizer: Tokenizer
  publicPrefixes: PublicPrefixes
  /** Tokens of prompt and answer together. */
  rowTokens: number
}

/** The tokens of a conversation, or why they cannot be served. */
export function encodePrompt(
  messages: readonly ChatMessage[],
  { tokenizer, publicPrefixes, rowTokens }: PromptEncoder,
): EncodedPrompt | { failure: Failure } {
  const characters = messages.reduce((total, { content }) => total + content.length, 0)
  if (characters > rowTokens * charactersPerToken)
    return refuse('context_length_exceeded', reason('messages_too_long', { characters, limit: rowTokens }))
  let encoded: EncodedChat
  try {
    encoded = tokenizer.encodeChat(messages)
  } catch (error) {
    return invalid(fieldError('messages', 'messages_refused', { problem: (error as Error).message }))
  }
  const { length } = encoded.tokens
  if (length === 0) return invalid(fieldError('messages', 'messages_empty'))
  if (length >= rowTokens) {
    const why = reason('prompt_tokens_too_many', { tokens: length, limit: rowTokens })
    return refuse('context_length_exceeded', why)
  }
  return { ...encoded, publicTokens: publicPrefixes.count(encoded.tokens) }
}

const refuse = (code: Failure['code'], why: Pick<Failure, 'reason' | 'params'>) => ({
  failure: { code, ...why, source: 'node' } satisfies Failure,
})

const invalid = (error: FieldError) => ({ failure: invalidRequest([error], 'node') })
