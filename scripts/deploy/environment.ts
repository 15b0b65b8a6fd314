import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { StartProblem } from '../local/problem.ts'
import { findContradictions } from '../settings/contradictions.ts'
import { readSettingsFile, type Settings, toProblem } from '../settings/read-settings.ts'
import { type SettingName, toSetting } from '../settings/table.ts'

export const environmentNames = ['staging', 'production'] as const
export type EnvironmentName = (typeof environmentNames)[number]

const cloudflareTable = z.strictObject({
  account_id: z
    .string()
    .regex(/^[0-9a-f]{32}$/, 'must be the 32 hexadecimal digits of an account')
    .optional(),
  /** Workers Paid is demanded unless the operator chose the free plan knowingly. */
  plan: z.enum(['paid', 'free']).default('paid'),
  database_location: z.enum(['weur', 'eeur', 'apac', 'oc', 'wnam', 'enam']).default('apac'),
  secrets_file: z.string().min(1).optional(),
  secrets_recipient: z
    .string()
    .regex(/^age1[0-9a-z]+$/, 'must be a public key of age: age1…')
    .optional(),
})

/** Stands for a secret whose presence is checked when the secrets file is read. */
const inSecretsFile = 'in the secrets file'

export interface Environment {
  name: EnvironmentName
  /** Variables of the Worker. */
  settings: Settings
  cloudflare: z.infer<typeof cloudflareTable>
}

/**
 * Reads `keval.<environment>.toml` of a folder: the gateway's settings as in keval.toml, and a table `[cloudflare]`.
 * Without the file everything has its default. The process's own environment is not read, because one shell serves
 * staging and production.
 *
 * @throws StartProblem that lists every mistake
 */
export function readEnvironment(name: EnvironmentName, folder: string): Environment {
  const path = join(folder, `keval.${name}.toml`)
  if (!existsSync(path)) return { name, settings: {}, cloudflare: cloudflareTable.parse({}) }
  const { settings, tables, problems } = readSettingsFile(path, ['cloudflare'])
  for (const setting of Object.keys(settings) as SettingName[]) {
    const problem = whyNotHere(setting)
    if (problem !== null) problems.push(`${setting.toLowerCase()} in ${path}: ${problem}`)
  }
  const assumed = settings.TURNSTILE_SITE_KEY === undefined ? {} : { TURNSTILE_SECRET: inSecretsFile }
  problems.push(...findContradictions({ ...settings, ...assumed }, 'demonstration'))
  const cloudflare = cloudflareTable.safeParse(tables.cloudflare ?? {})
  if (!cloudflare.success) {
    for (const { path: place, message } of cloudflare.error.issues)
      problems.push(`cloudflare${place.map((part) => `.${String(part)}`).join('')} in ${path}: ${message}.`)
  }
  if (problems.length > 0 || !cloudflare.success) throw toProblem(problems)
  return { name, settings, cloudflare: cloudflare.data }
}

function whyNotHere(name: SettingName): string | null {
  const { side, secret } = toSetting(name)
  if (name === 'TRUSTED_PROXIES') return 'Cloudflare sets the address of a client; leave it out.'
  if (secret === true) return 'is a secret, and belongs in the secrets file (docs/DEPLOY.md).'
  return side === 'host' ? 'is a setting of one machine, not of a Worker.' : null
}

/** @throws StartProblem if there is no such environment */
export function parseEnvironmentName(name: string | undefined): EnvironmentName {
  const known = environmentNames.find((one) => one === name)
  if (known === undefined) throw new StartProblem(`--env must be ${environmentNames.join(' or ')}.`)
  return known
}
