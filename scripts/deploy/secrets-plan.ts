import { randomBytes } from 'node:crypto'
import { StartProblem } from '../local/problem.ts'
import type { Settings } from '../settings/read-settings.ts'
import type { SettingName } from '../settings/table.ts'
import { type Secrets, type SecretsFile, secretNames } from './secrets-file.ts'

/** Secrets that only the Worker needs: generated when they are missing. */
const generators: Partial<Record<SettingName, () => string>> = {
  MASTER_SECRET: () => randomBytes(32).toString('base64'),
  ADMIN_SECRET: () => randomBytes(32).toString('base64url'),
  NODE_SECRET: () => randomBytes(32).toString('base64url'),
}

interface Parts {
  settings: Settings
  /** Names that the Worker has. */
  onWorker: ReadonlySet<string>
  file: SecretsFile | null
  /** Sets those of the file again, also where the Worker has them. */
  replace: boolean
  /** True if the database holds data that a master secret sealed. */
  isSealed: boolean
}

export interface SecretsPlan {
  /** Names to set on the Worker. */
  names: SettingName[]
  /** The ones among them that are generated now. */
  generated: SettingName[]
  /** Keeps the generated ones in the file, then answers all values to set. */
  prepare(): Promise<Secrets>
}

/** Plans the secrets that the Worker still needs, with the source of each. */
export async function planSecrets(parts: Parts): Promise<SecretsPlan> {
  const { settings, onWorker, file, replace, isSealed } = parts
  const kept = file === null ? {} : await file.read()
  const required = requiredSecrets(settings)
  const missing = required.filter((name) => !onWorker.has(name) && kept?.[name] === undefined)
  if (kept === null && (missing.length > 0 || replace))
    throw new StartProblem(
      `${file!.path} is encrypted, and secrets have to be read from it or added to it: give --identity with the file of its private key.`,
    )
  const unknown = missing.filter((name) => generators[name] === undefined)
  if (unknown.length > 0)
    throw new StartProblem(
      `${unknown.join(', ')}: put ${unknown.length === 1 ? 'it' : 'them'} into the secrets file; nobody but you has ${unknown.length === 1 ? 'it' : 'them'}.`,
    )
  if (missing.includes('MASTER_SECRET') && isSealed)
    throw new StartProblem(
      'MASTER_SECRET: the database holds data that were sealed with one, and the Worker has none. Put that one into the secrets file: a new one could not read them.',
    )
  const fromFile = secretNames.filter(
    (name) => kept?.[name] !== undefined && (replace || !onWorker.has(name)),
  )
  return {
    names: [...fromFile, ...missing],
    generated: missing,
    prepare: async () => {
      if (missing.length > 0 && file === null) throw new StartProblem(chooseFile(missing))
      const made = Object.fromEntries(missing.map((name) => [name, generators[name]!()])) as Secrets
      if (missing.length > 0) await file?.write({ ...kept, ...made })
      return { ...Object.fromEntries(fromFile.map((name) => [name, kept?.[name]])), ...made }
    },
  }
}

/** Cloudflare never gives a secret back, and without the master secret no personal data can be read again. */
export const chooseFile = (names: SettingName[]) =>
  `${names.join(', ')} will be made, and Cloudflare never gives a secret back: say with --secrets FILE where your copy is kept (--recipient age1… encrypts it).`

function requiredSecrets(settings: Settings): SettingName[] {
  return [
    'MASTER_SECRET',
    // with Cloudflare Access, a generated secret would only be another way in
    ...(settings.ACCESS_ISSUER === undefined ? (['ADMIN_SECRET'] as const) : []),
    ...(settings.NODES === undefined ? [] : (['NODE_SECRET'] as const)),
    ...(settings.TURNSTILE_SITE_KEY === undefined ? [] : (['TURNSTILE_SECRET'] as const)),
  ]
}
