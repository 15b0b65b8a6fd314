import { base62OfNumber, type RandomBytes, randomBase62 } from '../platform/base62.ts'
import { crc32 } from '../platform/crc32.ts'

export type KeyMode = 'live' | 'test'

const form = /^kev_(live|test)_([0-9A-Za-z]{30})([0-9A-Za-z]{6})$/

/** A fresh API key: prefix, 30 random characters, and a checksum that finds typing errors without a lookup. */
export function createApiKey(mode: KeyMode, random: RandomBytes): string {
  return withChecksum(mode, randomBase62(30, random))
}

/** The key of given random characters. */
export function withChecksum(mode: KeyMode, body: string): string {
  const unchecked = `kev_${mode}_${body}`
  return unchecked + base62OfNumber(crc32(unchecked), 6)
}

/** Returns whether a text has the form of an API key and its checksum is right. Reads nothing. */
export function isApiKey(text: string): boolean {
  return form.test(text) && base62OfNumber(crc32(text.slice(0, -6)), 6) === text.slice(-6)
}

/** The part of a key that may be shown, so that people can tell their keys apart. */
export const keyStart = (key: string) => key.slice(0, 13)
