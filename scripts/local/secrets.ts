import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createFolder } from './create-folder.ts'
import { StartProblem } from './problem.ts'
import { writeWhole } from './write-whole.ts'

export interface LocalSecrets {
  /** Signs operators in. */
  admin: string
  /** Base64 of 32 bytes that wrap the keys of personal data. */
  master: string
  /** Between the gateway and the node it starts. */
  node: string
}

/** The secrets of this machine: created once, readable by the owner alone. */
export function localSecrets(state: string): { secrets: LocalSecrets; file: string } {
  const file = join(state, 'secrets.json')
  try {
    createFolder(state)
    return { secrets: existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : createSecrets(file), file }
  } catch (error) {
    throw new StartProblem(`The state folder ${state} cannot be used: ${(error as Error).message}`)
  }
}

function createSecrets(file: string): LocalSecrets {
  const secrets: LocalSecrets = {
    admin: randomBytes(24).toString('base64url'),
    master: randomBytes(32).toString('base64'),
    node: randomBytes(24).toString('base64url'),
  }
  writeWhole(file, `${JSON.stringify(secrets, null, 2)}\n`)
  return secrets
}
