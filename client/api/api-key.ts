import { isBearerToken } from '../../schema/text/bearer-token.ts'

/** The key without blanks around it. Throws a TypeError that does not repeat the key. */
export function toApiKey(text: string): string {
  const key = text.trim()
  if (!isBearerToken(key))
    throw new TypeError('The API key is empty, or has line breaks or letters other than ASCII in it.')
  return key
}
