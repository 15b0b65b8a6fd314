import { type RandomBytes, randomBase62 } from '../platform/base62.ts'

/** 256 random bits, prefixed by purpose so that a leaked token can be recognised. */
export const statusToken = (random: RandomBytes) => `kst_${randomBase62(43, random)}`
export const oneTimeToken = (random: RandomBytes) => `kot_${randomBase62(43, random)}`

/** Ids are shown and logged; they are hard to guess, but nothing relies on that. */
export const newId = (prefix: string, random: RandomBytes) => `${prefix}_${randomBase62(20, random)}`

/** Reads the token of an Authorization header `Bearer …`. */
export function bearerToken(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S{1,4096})$/i.exec(authorization ?? '')?.[1]
}
