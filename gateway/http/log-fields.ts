/** Fields that a handler adds to the request's log line: names and numbers, never texts. */
export interface LogFields {
  model?: string
  verdict?: string
  /** `memory`, `edge`, `stored`, `joined` or `node`. */
  source?: string
  node?: string
  code?: string
  promptTokens?: number
  completionTokens?: number
  /** Set for streams: settles when the last event is sent, or the client has disconnected. */
  finished?: Promise<void>
}
