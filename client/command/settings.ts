import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { isBearerToken } from '../../schema/text/bearer-token.ts'
import { toGatewayUrl } from '../api/gateway-url.ts'
import { UsageError } from './cli-context.ts'
import type { CliTexts } from './texts/en.ts'

/** The gateway and the key for it. */
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

/**
 * `KEVAL_URL` and `KEVAL_API_KEY` override what `keval login` stored. The stored key belongs to the stored address and
 * goes to no other.
 */
export function readSettings(environment: Environment, texts: CliTexts): Settings {
  const stored = readStoredSettings(environment)
  const url = environment.KEVAL_URL ? parseGatewayUrl(environment.KEVAL_URL) : stored.url
  if (environment.KEVAL_API_KEY && url !== undefined) {
    const apiKey = environment.KEVAL_API_KEY.trim()
    if (!isBearerToken(apiKey)) throw new UsageError(texts.keyUnusable('KEVAL_API_KEY'))
    return { url, apiKey }
  }
  if (url === undefined || stored.apiKey === undefined) throw new UsageError(texts.signInFirst)
  if (url !== stored.url) throw new UsageError(texts.keyOfOtherGateway(stored.url ?? '?', url))
  return { url, apiKey: stored.apiKey }
}

/** The address that `keval login` stored. */
export function readStoredUrl(environment: Environment): string | undefined {
  return readStoredSettings(environment).url
}

export function parseGatewayUrl(text: string): string {
  try {
    return toGatewayUrl(text)
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
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

function readStoredSettings(environment: Environment): Partial<Settings> {
  try {
    const { url, apiKey } = JSON.parse(readFileSync(settingsFile(environment), 'utf8'))
    return typeof url === 'string' && typeof apiKey === 'string' ? { url: toGatewayUrl(url), apiKey } : {}
  } catch {
    return {}
  }
}
