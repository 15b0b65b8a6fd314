import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { StartProblem } from './problem.ts'
import { writeWhole } from './write-whole.ts'

/**
 * Refuses a start under another master secret than the one that the data were sealed with: they could not be read, and
 * what is written meanwhile would need two secrets. A secret in `previous` is one that the data may still need.
 *
 * @param current the secret in use, or several with commas, the one that seals first
 */
export function checkMasterSecret(state: string, current: string, previous: string | undefined): void {
  const file = join(state, 'master-secret.sha256')
  const given = [current, previous ?? ''].flatMap((list) => list.split(',').map((one) => one.trim()))
  const digests = given.filter(Boolean).map((one) => createHash('sha256').update(one).digest('hex'))
  const known = existsSync(file) ? readFileSync(file, 'utf8').trim() : null
  if (known !== null && !digests.includes(known)) {
    throw new StartProblem(
      `The data in ${state} are sealed with another MASTER_SECRET: set it again, or set it as MASTER_SECRET_PREVIOUS beside the new one.`,
    )
  }
  if (known !== digests[0]) writeWhole(file, `${digests[0]}\n`)
}
