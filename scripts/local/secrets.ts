import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface LocalSecrets {
  /** Operators sign in with it. */
  admin: string
  /** Base64 of 32 bytes that wrap the keys of personal data. */
  master: string
  /** Between the gateway and the node it starts. */
  node: string
}

/** The secrets of this machine: made once, kept readable by the owner alone. */
export function localSecrets(state: string): { secrets: LocalSecrets; file: string } {
  const file = join(state, 'secrets.json')
  mkdirSync(state, { recursive: true, mode: 0o700 })
  try {
    return { secrets: JSON.parse(readFileSync(file, 'utf8')), file }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const secrets: LocalSecrets = {
    admin: randomBytes(24).toString('base64url'),
    master: randomBytes(32).toString('base64'),
    node: randomBytes(24).toString('base64url'),
  }
  writeFileSync(file, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 })
  return { secrets, file }
}
