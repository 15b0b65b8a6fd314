import type { z } from 'zod'

/** A field that may be left out. Some clients send `null` in its place. */
export const optional = <T extends z.ZodType>(type: T) => type.nullish()

/** A field with a value of its own when it is left out or `null`. */
export const withDefault = <T extends z.ZodType>(type: T, value: z.output<T>) =>
  type.nullish().transform((given): z.output<T> => given ?? value)

type WithoutNulls<T> = { [Name in keyof T]: Exclude<T[Name], null> }

/** Drops the fields that are `null`, so that there is one form of "not given". */
export const dropNulls = <T extends object>(value: T) =>
  Object.fromEntries(Object.entries(value).filter(([, field]) => field !== null)) as WithoutNulls<T>
