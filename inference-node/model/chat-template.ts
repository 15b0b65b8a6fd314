import { Environment, Interpreter, Template } from '@huggingface/jinja'
import { ModelError } from './model-error.ts'

export interface ChatMessage {
  role: 'system' | 'user' | 'assistant'
  content: string
}

/**
 * The value of "today" in templates (Llama 3 writes it into its system turn). It is pinned, so that the same
 * messages give the same prompt every day; the value is the one that Llama 3's template itself falls back to.
 */
const pinnedDate = '26 Jul 2024'

export interface RenderedChat {
  text: string
  /** The template refused a system message, so its text was put in front of the first user message. */
  systemFolded: boolean
}

/** Renders messages with the model's own chat template, ending where the assistant's answer begins. */
export class ChatTemplate {
  readonly #template: Template
  readonly #variables: Record<string, string>

  /**
   * @param source Jinja source, from `chat_template.jinja` or tokenizer_config.json
   * @param variables special tokens that the template may name, such as `bos_token`
   * @throws ModelError when the source is not a template
   */
  constructor(source: string, variables: Record<string, string> = {}) {
    try {
      this.#template = new Template(source)
    } catch (error) {
      throw new ModelError(`the chat template cannot be read: ${(error as Error).message}`)
    }
    this.#variables = variables
  }

  /**
   * @param opensAnswer whether the text ends with the beginning of an assistant's turn
   * @throws ModelError when the template refuses the messages, with its own reason
   */
  render(messages: readonly ChatMessage[], { opensAnswer } = { opensAnswer: true }): RenderedChat {
    try {
      return { text: this.#run(messages, opensAnswer), systemFolded: false }
    } catch (error) {
      const folded = foldSystem(messages)
      if (!folded) throw refusal(error)
      try {
        return { text: this.#run(folded.messages, opensAnswer), systemFolded: folded.moved }
      } catch (foldedError) {
        // the system text is not the cause, since the template refuses the rest without a system turn as well
        throw refusal(foldedError)
      }
    }
  }

  #run(messages: readonly ChatMessage[], opensAnswer: boolean): string {
    const environment = new Environment()
    const variables: Record<string, unknown> = {
      true: true,
      false: false,
      none: null,
      True: true,
      False: false,
      None: null,
      range,
      raise_exception: (reason: string) => {
        throw new Error(reason)
      },
      strftime_now: () => pinnedDate,
      date_string: pinnedDate,
      add_generation_prompt: opensAnswer,
      ...this.#variables,
      messages: messages.map(({ role, content }) => ({ role, content })),
    }
    for (const [name, value] of Object.entries(variables)) environment.set(name, value)
    return (new Interpreter(environment).run(this.#template.parsed) as { value: string }).value
  }
}

function refusal(error: unknown): ModelError {
  return new ModelError(`the chat template refuses the messages: ${(error as Error).message}`)
}

/** Moves the system text before the first user text; null when there is no system message to move. */
function foldSystem(messages: readonly ChatMessage[]): { messages: ChatMessage[]; moved: boolean } | null {
  const system = messages.filter((message) => message.role === 'system').map((message) => message.content)
  if (system.length === 0) return null
  const text = system.filter((content) => content.trim() !== '').join('\n\n')
  const rest = messages.filter((message) => message.role !== 'system').map((message) => ({ ...message }))
  const first = rest.find((message) => message.role === 'user')
  if (text === '') return { messages: rest, moved: false }
  if (first) first.content = `${text}\n\n${first.content}`
  else rest.unshift({ role: 'user', content: text })
  return { messages: rest, moved: true }
}

/** Python's `range`, which templates use. */
function range(start: number, stop?: number, step = 1): number[] {
  const [from, to] = stop === undefined ? [0, start] : [start, stop]
  const length = Math.max(0, Math.ceil((to - from) / step))
  return Array.from({ length }, (_, index) => from + index * step)
}
