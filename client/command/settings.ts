import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

/** Where the gateway is, and with which key. */
export interface Settings {
  url: string
  apiKey: string
}

type Environment = Record<string, string | undefined>

/** The file `keval login` writes, after the XDG base directories. */
function settingsFile(environment: Environment): string {
  const folder = environment.XDG_CONFIG_HOME || join(homedir(), '.config')
  return join(folder, 'keval', 'config.json')
}

/** `KEVAL_URL` and `KEVAL_API_KEY` go before what `keval login` stored. Null when something is missing. */
export function readSettings(environment: Environment): Settings | null {
  const stored = storedSettings(environment)
  const url = environment.KEVAL_URL || stored.url
  const apiKey = environment.KEVAL_API_KEY || stored.apiKey
  return url === undefined || apiKey === undefined ? null : { url, apiKey }
}

/** Stores the settings for their owner alone. */
export function writeSettings(environment: Environment, settings: Settings): string {
  const file = settingsFile(environment)
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  writeFileSync(file, `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 })
  // a file that was there before keeps its mode when written
  chmodSync(file, 0o600)
  return file
}

function storedSettings(environment: Environment): Partial<Settings> {
  try {
    return JSON.parse(readFileSync(settingsFile(environment), 'utf8'))
  } catch {
    return {}
  }
}
