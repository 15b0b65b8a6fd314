import type { Logger } from 'pino'

/** Variables that the middleware sets for the handlers. */
export interface NodeEnv {
  Variables: {
    requestId: string
    /** Logs with the request's id and trace. */
    log: Logger
  }
}
