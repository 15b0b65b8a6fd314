import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { z } from 'zod'

const content = z.object({ gateway: z.string(), id: z.string(), credential: z.string() })
export type Membership = z.output<typeof content>

/** Default path of a node's credential. */
export function defaultCredentialFile(id: string): string {
  const state = process.env.XDG_STATE_HOME || join(homedir(), '.local/state')
  return join(state, 'keval-node', `${id}.json`)
}

/** The membership of an earlier run, or null where there is none for this gateway and id. */
export function readCredential(file: string, { gateway, id }: Omit<Membership, 'credential'>): string | null {
  try {
    const stored = content.parse(JSON.parse(readFileSync(file, 'utf8')))
    return stored.gateway === gateway && stored.id === id ? stored.credential : null
  } catch {
    return null
  }
}

/** Keeps a membership, readable by the owner alone; the file is whole or absent. */
export function writeCredential(file: string, membership: Membership): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  writeFileSync(`${file}.new`, `${JSON.stringify(membership)}\n`, { mode: 0o600 })
  renameSync(`${file}.new`, file)
}
