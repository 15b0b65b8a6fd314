import { z } from 'zod'

/** A number in a query string or a form field. An empty one is not given: read as 0 it would be a value. */
export const queryNumber = <T extends z.ZodType>(number: T) =>
  z.preprocess((given) => (typeof given === 'string' && given.trim() === '' ? undefined : given), number)
