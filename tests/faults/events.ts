import { createParser } from 'eventsource-parser'
import type { ProblemBody } from '../../schema/api/error-body.ts'
import type { Judgment } from '../../schema/api/judgments.ts'

/** An event of a judgment's stream: a piece of the explanation, the judgment, its end, or what went wrong. */
export interface StreamEvent {
  name: string
  data: Partial<Judgment> & Partial<Pick<ProblemBody, 'code'>> & { delta?: string }
}

/** The events of a finished stream. Comment lines, which keep it alive, are none. */
export function parseEvents(text: string): StreamEvent[] {
  const events: StreamEvent[] = []
  const parser = createParser({
    onEvent: ({ event, data }) => events.push({ name: event ?? 'message', data: JSON.parse(data) }),
  })
  parser.feed(text)
  return events
}
