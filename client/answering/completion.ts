import { createParser } from 'eventsource-parser'

/** The members of a completion that are read. Servers add and omit others. */
export interface Completion {
  content: string
  reasoning: string
  refusal: string
  finishReason: string | null
  usage: CompletionUsage | null
}

export interface CompletionUsage {
  prompt_tokens?: number
  completion_tokens?: number
}

/** A body that is no whole completion. */
export class BrokenCompletion extends Error {}

interface Message {
  content?: string | { text?: string }[] | null
  reasoning_content?: string | null
  reasoning?: string | null
  refusal?: string | null
}

interface Body {
  choices?: { message?: Message; delta?: Message; finish_reason?: string | null }[] | null
  usage?: CompletionUsage | null
  error?: unknown
}

/** Reads a completion, streamed or whole. `onChunk` is called whenever something arrives. */
export async function readCompletion(response: Response, onChunk: () => void): Promise<Completion> {
  const isStream = response.headers.get('content-type')?.includes('text/event-stream') ?? false
  return isStream ? readStream(response, onChunk) : parseWhole(await readText(response, onChunk))
}

async function readStream(response: Response, onChunk: () => void): Promise<Completion> {
  const found: Completion = { content: '', reasoning: '', refusal: '', finishReason: null, usage: null }
  let isDone = false
  let hasChoice = false
  const parser = createParser({
    onEvent({ data }) {
      if (data.trim() === '[DONE]') {
        isDone = true
        return
      }
      const body = parseBody(data)
      found.usage = body.usage ?? found.usage
      const choice = body.choices?.[0]
      if (choice === undefined) return
      hasChoice = true
      add(found, choice.delta ?? choice.message ?? {})
      // an empty reason is none
      found.finishReason = choice.finish_reason || found.finishReason
    },
  })
  for await (const text of readTexts(response, onChunk)) parser.feed(text)
  parser.reset({ consume: true })
  if (!hasChoice) throw new BrokenCompletion('the answer has no choice')
  if (found.finishReason === null)
    throw new BrokenCompletion(isDone ? 'the answer did not say why it ended' : 'the answer broke off')
  return found
}

function parseWhole(text: string): Completion {
  const { choices, usage } = parseBody(text)
  const choice = choices?.[0]
  if (!choice?.message) throw new BrokenCompletion('the answer has no choice')
  const found: Completion = {
    content: '',
    reasoning: '',
    refusal: '',
    finishReason: choice.finish_reason || null,
    usage: usage ?? null,
  }
  add(found, choice.message)
  return found
}

function add(found: Completion, { content, reasoning_content, reasoning, refusal }: Message): void {
  found.content +=
    typeof content === 'string' ? content : (content ?? []).map(({ text }) => text ?? '').join('')
  // servers that are about to rename the field send both, one of them empty or with the same text
  found.reasoning += reasoning_content || reasoning || ''
  found.refusal += refusal ?? ''
}

function parseBody(text: string): Body {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    throw new BrokenCompletion('the answer is not JSON, or was cut off')
  }
  if (typeof body !== 'object' || body === null) throw new BrokenCompletion('the answer is not a completion')
  const { error } = body as Body
  if (error) throw new BrokenCompletion(findMessage(text))
  return body as Body
}

/** The message of an error body of any of the usual shapes. */
export function findMessage(text: string): string {
  try {
    const { error, message, detail } = JSON.parse(text)
    const found = error?.message ?? message ?? detail ?? error
    return (typeof found === 'string' ? found : JSON.stringify(found ?? '')).slice(0, 500)
  } catch {
    return text.slice(0, 200)
  }
}

async function readText(response: Response, onChunk: () => void): Promise<string> {
  let text = ''
  for await (const part of readTexts(response, onChunk)) text += part
  return text
}

async function* readTexts(response: Response, onChunk: () => void): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const decode = (chunk?: Uint8Array) => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined })
    } catch {
      throw new BrokenCompletion('the answer is not UTF-8')
    }
  }
  for await (const chunk of response.body ?? []) {
    onChunk()
    yield decode(chunk)
  }
  yield decode()
}
