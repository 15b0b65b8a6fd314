import type { Failure } from '../../schema/api/errors.ts'
import type { ChatMessage } from '../model/chat-template.ts'
import type { EncodedChat, Tokenizer } from '../model/tokenizer.ts'

/** A prompt with more characters than this for each token of a row is refused before it is tokenized. */
const charactersPerToken = 16

/** The tokens of a conversation, or why they cannot be served from a row of `rowTokens` tokens. */
export function encodePrompt(
  messages: readonly ChatMessage[],
  tokenizer: Tokenizer,
  rowTokens: number,
): EncodedChat | { failure: Failure } {
  const tooLong = (what: string) =>
    refuse('context_length_exceeded', `${what}; prompt and answer together may have ${rowTokens} tokens.`)
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
  return length < rowTokens ? encoded : tooLong(`The prompt has ${length} tokens`)
}

function refuse(code: Failure['code'], detail: string): { failure: Failure } {
  return { failure: { code, detail, source: 'node' } }
}
