import { type RandomBytes, randomBase62 } from './base62.ts'

/** 256 bits of chance, named by what they open so that a leaked token can be recognised. */
export const statusToken = (random: RandomBytes) => `kst_${randomBase62(43, random)}`
export const oneTimeToken = (random: RandomBytes) => `kot_${randomBase62(43, random)}`

/** Ids are shown and logged; they are hard to guess, but nothing relies on that. */
export const newId = (prefix: string, random: RandomBytes) => `${prefix}_${randomBase62(20, random)}`

/** SHA-256 in hexadecimal: what is stored of a secret that has enough chance in it to need no salt. */
export async function sha256(text: string): Promise<string> {
  return hex(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
}

export function hex(bytes: ArrayBuffer | Uint8Array): string {
  return [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** What follows `Bearer ` in an Authorization header. */
export function bearer(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S{1,4096})$/i.exec(authorization ?? '')?.[1]
}
