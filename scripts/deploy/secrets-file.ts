import { existsSync, readFileSync, statSync } from 'node:fs'
import { Decrypter, Encrypter, identityToRecipient } from 'age-encryption'
import { StartProblem } from '../local/problem.ts'
import { writeWhole } from '../local/write-whole.ts'
import { type SettingName, settingNames, toSetting } from '../settings/table.ts'

export type Secrets = Partial<Record<SettingName, string>>

const encryptedStart = 'age-encryption.org/'

interface Options {
  path: string
  /** Public key of age that the file is encrypted for. */
  recipient: string | undefined
  /** Private key of age that opens the file. */
  identity: string | undefined
}

/**
 * The operator's copy of an environment's secrets: JSON, name to value, readable by its owner alone or encrypted with age.
 * Cloudflare never gives a secret back, so that this file is the only place to read one.
 */
export class SecretsFile {
  readonly path: string
  readonly #recipient: string | undefined
  readonly #identity: string | undefined

  constructor({ path, recipient, identity }: Options) {
    this.path = path
    this.#recipient = recipient
    this.#identity = identity
  }

  /** The secrets in the file; null where it is encrypted and no identity was given. */
  async read(): Promise<Secrets | null> {
    if (!existsSync(this.path)) return {}
    const content = readFileSync(this.path)
    if (!isEncrypted(content)) {
      if ((statSync(this.path).mode & 0o077) !== 0)
        throw new StartProblem(`${this.path}: holds secrets and is readable by others (chmod 600).`)
      return parseSecrets(content.toString('utf8'), this.path)
    }
    if (this.#identity === undefined) return null
    const decrypter = new Decrypter()
    decrypter.addIdentity(this.#identity)
    try {
      return parseSecrets(await decrypter.decrypt(new Uint8Array(content), 'text'), this.path)
    } catch (error) {
      if (error instanceof StartProblem) throw error
      throw new StartProblem(`${this.path} cannot be opened with this identity.`)
    }
  }

  /** Writes all secrets, before any of them is used. */
  async write(secrets: Secrets): Promise<void> {
    const text = `${JSON.stringify(secrets, null, 2)}\n`
    try {
      // a file that was encrypted stays so
      const wasEncrypted = existsSync(this.path) && isEncrypted(readFileSync(this.path))
      const recipient =
        this.#recipient ?? (wasEncrypted ? await identityToRecipient(this.#identity!) : undefined)
      if (recipient === undefined) return writeWhole(this.path, text)
      const encrypter = new Encrypter()
      encrypter.addRecipient(recipient)
      writeWhole(this.path, await encrypter.encrypt(text))
    } catch (error) {
      throw new StartProblem(`${this.path} cannot be written: ${(error as Error).message}`)
    }
  }
}

const isEncrypted = (content: Buffer) =>
  content.subarray(0, encryptedStart.length).toString('latin1') === encryptedStart

/** The secrets that a Worker may have. */
export const secretNames = settingNames.filter((name) => {
  const { side, secret } = toSetting(name)
  return side === 'gateway' && secret === true
})

function parseSecrets(text: string, path: string): Secrets {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    throw new StartProblem(`${path}: must be JSON, each secret by its name.`)
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw new StartProblem(`${path}: must be a JSON object, each secret by its name.`)
  const problems = Object.entries(content).flatMap(([name, value]) => {
    const known = secretNames.find((one) => one === name)
    if (known === undefined) return [`${name}: there is no such secret (${secretNames.join(', ')}).`]
    if (typeof value !== 'string' || value === '') return [`${name}: must be a text.`]
    const problem = toSetting(known).check(value)
    return problem === null ? [] : [`${name}: ${problem}.`]
  })
  if (problems.length > 0) throw new StartProblem(`${path}:\n  ${problems.join('\n  ')}`)
  return content as Secrets
}
