import type { ProblemBody } from '../../schema/api/error-body.ts'
import type { Judgment } from '../../schema/api/judgments.ts'

/** An event of a judgment's stream: a piece of the explanation, the judgment, its end, or what went wrong. */
export interface StreamEvent {
  name: string
  data: Partial<Judgment> & Partial<Pick<ProblemBody, 'code'>> & { delta?: string }
}

/** The events of a finished stream. */
export function eventsOf(text: string): StreamEvent[] {
  return text
    .split('\n\n')
    .filter((block) => block.trim() !== '')
    .map((block) => {
      const lines = block.split('\n')
      const name = lines.find((line) => line.startsWith('event: '))?.slice(7) ?? 'message'
      const data = lines.find((line) => line.startsWith('data: '))?.slice(6) ?? ''
      return { name, data: JSON.parse(data) }
    })
}
