import type { Logger } from 'pino'

/** What the middleware leaves for the handlers. */
export interface NodeEnv {
  Variables: {
    requestId: string
    /** Logs with the request's id and trace. */
    log: Logger
  }
}
