import { parentPort, workerData } from 'node:worker_threads'
import type { Failure } from '../../../schema/api/errors.ts'
import type { ChatMessage } from '../../model/chat-template.ts'
import { loadTokenizer } from '../../model/tokenizer.ts'
import { type EncodedPrompt, encodePrompt } from '../prompt.ts'
import { PublicPrefixes } from '../public-prefixes.ts'

/** The start data of the thread. */
export interface PromptWorkerData {
  modelDirectory: string
  rowTokens: number
  vocabularySize: number
}

/** One prompt. */
export type PromptRequest = readonly ChatMessage[]
export type PromptReply = EncodedPrompt | { failure: Failure }

const { modelDirectory, rowTokens, vocabularySize } = workerData as PromptWorkerData
const tokenizer = await loadTokenizer(modelDirectory, vocabularySize)
const encoder = { tokenizer, publicPrefixes: new PublicPrefixes(tokenizer), rowTokens }

parentPort!.on('message', (messages: PromptRequest) => {
  const reply: PromptReply = encodePrompt(messages, encoder)
  parentPort!.postMessage(reply)
})
