import { parentPort, workerData } from 'node:worker_threads'
import type { Failure } from '../../../schema/api/errors.ts'
import type { ChatMessage } from '../../model/chat-template.ts'
import { type EncodedChat, loadTokenizer } from '../../model/tokenizer.ts'
import { encodePrompt } from '../prompt.ts'

/** What the thread is started with. */
export interface PromptWorkerData {
  modelDirectory: string
  rowTokens: number
  vocabularySize: number
}

/** One prompt. */
export type PromptRequest = readonly ChatMessage[]
export type PromptReply = EncodedChat | { failure: Failure }

const { modelDirectory, rowTokens, vocabularySize } = workerData as PromptWorkerData
const tokenizer = await loadTokenizer(modelDirectory, vocabularySize)

parentPort!.on('message', (messages: PromptRequest) => {
  const reply: PromptReply = encodePrompt(messages, tokenizer, rowTokens)
  parentPort!.postMessage(reply)
})
