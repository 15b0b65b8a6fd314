import { existsSync, readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { parse } from 'smol-toml'
import { findNearest } from '../../schema/text/find-nearest.ts'
import { StartProblem } from '../local/problem.ts'
import { findContradictions, type Mode } from './contradictions.ts'
import { otherVariables, type SettingName, settingNames, toSetting } from './table.ts'

/** One value and where it was given, by the name used there. */
interface Given {
  value: string
  as: string
}

export type Settings = Readonly<Partial<Record<SettingName, string>>>

/**
 * Reads the settings from the environment and from one file, and checks them together, so that one start names every
 * mistake. The environment wins over the file. An empty value counts as left out.
 *
 * @throws StartProblem that lists what is wrong
 */
export function readSettings(environment: NodeJS.ProcessEnv, mode: Mode, folder: string): Settings {
  const problems: string[] = []
  const given = new Map<SettingName, Given>()
  const file = environment.KEVAL_SETTINGS?.trim() || null
  const path = resolve(folder, file ?? 'keval.toml')
  if (file !== null || existsSync(path)) addFile(path, given, problems)
  addEnvironment(environment, given, problems)
  checkValues(given, problems)
  const settings = toSettings(given)
  problems.push(...findContradictions(settings, mode))
  if (problems.length > 0) throw toProblem(problems)
  return settings
}

/** One problem that names all of them. */
export const toProblem = (problems: string[]) =>
  new StartProblem(
    problems.length === 1
      ? problems[0]
      : `${problems.length} settings are wrong:\n  ${problems.join('\n  ')}`,
  )

/** The checked settings of one file alone, and those of its tables that are no settings. */
export function readSettingsFile(
  path: string,
  tableNames: readonly string[],
): { settings: Settings; tables: Record<string, unknown>; problems: string[] } {
  const problems: string[] = []
  const given = new Map<SettingName, Given>()
  const tables = addFile(path, given, problems, tableNames)
  checkValues(given, problems)
  return { settings: toSettings(given), tables, problems }
}

const toSettings = (given: Map<SettingName, Given>) =>
  Object.fromEntries([...given].map(([name, { value }]) => [name, value])) as Settings

function checkValues(given: Map<SettingName, Given>, problems: string[]): void {
  for (const [name, { value, as }] of given) {
    const problem = toSetting(name).check(value)
    if (problem !== null) problems.push(`${as}: ${problem}.`)
  }
}

/** The settings that the Worker gets as its variables and secrets. */
export function toGatewayBindings(settings: Settings): Record<string, string> {
  const names = settingNames.filter((name) => toSetting(name).side === 'gateway')
  return Object.fromEntries(
    names.flatMap((name) => (settings[name] === undefined ? [] : [[name, settings[name]]])),
  )
}

/** An environment for a process that has no use for the secrets of the gateway. */
export function withoutSecrets(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const secrets = settingNames.filter((name) => toSetting(name).secret === true)
  const hidden = new Set(secrets.flatMap((name) => [name, `KEVAL_${name}`]))
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !hidden.has(name)))
}

/** Adds the settings of a file; returns its tables of the given names, which are no settings. */
function addFile(
  path: string,
  given: Map<SettingName, Given>,
  problems: string[],
  tableNames: readonly string[] = [],
): Record<string, unknown> {
  const tables: Record<string, unknown> = {}
  let content: Record<string, unknown>
  try {
    content = parse(readFileSync(path, 'utf8'))
  } catch (error) {
    // the parser quotes the lines around a mistake, which may hold a secret
    problems.push(`${path}: ${(error as Error).message.split('\n')[0]}`)
    return tables
  }
  for (const [key, value] of Object.entries(content)) {
    if (tableNames.includes(key)) {
      tables[key] = value
      continue
    }
    const name = settingNames.find((one) => one.toLowerCase() === key)
    const text = toText(value)
    if (name === undefined) problems.push(`${key} in ${path}: ${explainUnknown(key)}`)
    else if (text === null) problems.push(`${key} in ${path}: must be a text, a number, a list or a table.`)
    else if (text !== '') given.set(name, { value: text, as: `${key} in ${path}` })
  }
  const holdsSecrets = [...given.keys()].some((name) => toSetting(name).secret === true)
  if (holdsSecrets && (statSync(path).mode & 0o077) !== 0)
    problems.push(`${path}: holds secrets and is readable by others (chmod 600).`)
  return tables
}

/** @param prefix of an environment variable, whose letters are capital; names of a file are small */
function explainUnknown(given: string, prefix?: string): string {
  const nearest = findNearest(
    given,
    settingNames.map((name) => name.toLowerCase()),
  )
  if (nearest === null) return 'there is no such setting.'
  const shown = prefix === undefined ? nearest : `${prefix}${nearest.toUpperCase()}`
  return `there is no such setting; the nearest is ${shown}.`
}

/** A value of the file as the environment would hold it: lists with commas, tables as JSON. */
function toText(value: unknown): string | null {
  if (typeof value === 'string') return value.trim()
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  if (Array.isArray(value)) return value.every((one) => typeof one === 'string') ? value.join(',') : null
  if (typeof value === 'object' && value !== null && !(value instanceof Date)) return JSON.stringify(value)
  return null
}

function addEnvironment(
  environment: NodeJS.ProcessEnv,
  given: Map<SettingName, Given>,
  problems: string[],
): void {
  const known = new Set(otherVariables)
  for (const name of settingNames) {
    const { plainName, secret } = toSetting(name)
    const names = [`KEVAL_${name}`, ...(plainName === false ? [] : [name])]
    const values = names.flatMap((as) => {
      known.add(as)
      const value = environment[as]?.trim()
      return value === undefined || value === '' ? [] : [{ value, as }]
    })
    if (secret === true) {
      for (const as of names.map((one) => `${one}_FILE`)) {
        known.add(as)
        const path = environment[as]?.trim()
        if (path) addSecretFile(path, as, values, problems)
      }
    }
    if (new Set(values.map(({ value }) => value)).size > 1)
      problems.push(`${values.map(({ as }) => as).join(' and ')}: have different values; set one of them.`)
    if (values[0] !== undefined) given.set(name, values[0])
  }
  for (const variable of Object.keys(environment)) {
    if (variable.startsWith('KEVAL_') && !known.has(variable))
      problems.push(`${variable}: ${explainUnknown(variable.slice('KEVAL_'.length), 'KEVAL_')}`)
  }
}

/** A secret in a file of its own, as systemd's credentials and container secrets come. */
function addSecretFile(path: string, as: string, values: Given[], problems: string[]): void {
  try {
    values.push({ value: readFileSync(path, 'utf8').trim(), as })
  } catch (error) {
    problems.push(`${as}: ${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`)
  }
}
