import type { Failure } from '../../schema/api/errors.ts'
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
  const tooLong = (size: string) =>
    refuse('context_length_exceeded', `${size}; prompt and answer together may have ${rowTokens} tokens.`)
  const characters = messages.reduce((total, { content }) => total + content.length, 0)
  if (characters > rowTokens * charactersPerToken)
    return tooLong(`The messages have ${characters} characters`)
  let encoded: EncodedChat
  try {
    encoded = tokenizer.encodeChat(messages)
  } catch (error) {
    return refuse('invalid_request', `messages: ${(error as Error).message}`)
  }
  const { length } = encoded.tokens
  if (length === 0) return refuse('invalid_request', 'messages: the prompt is empty.')
  if (length >= rowTokens) return tooLong(`The prompt has ${length} tokens`)
  return { ...encoded, publicTokens: publicPrefixes.count(encoded.tokens) }
}

function refuse(code: Failure['code'], detail: string): { failure: Failure } {
  return { failure: { code, detail, source: 'node' } }
}
