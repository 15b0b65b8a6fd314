import { createReadStream, existsSync, readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import type { ReadableStream as NodeStream } from 'node:stream/web'
import { Decrypter, Encrypter } from 'age-encryption'
import { StartProblem } from '../local/problem.ts'

/** The keys that encrypt and open a file. The format is that of age, so that its command line opens it, too. */
export interface Encryption {
  passphrase?: string
  /** Encrypts for the holder of the matching identity. */
  recipient?: string
  /** Opens what was encrypted for its recipient. */
  identity?: string
}

const encryptedStart = 'age-encryption.org/'

export async function encrypt(plain: Readable, { passphrase, recipient }: Encryption): Promise<Readable> {
  const encrypter = new Encrypter()
  if (recipient !== undefined) encrypter.addRecipient(recipient)
  else encrypter.setPassphrase(passphrase!)
  return fromWeb(await encrypter.encrypt(toWeb(plain)))
}

/** Reads a file, decrypted where it is encrypted. */
export async function openDecrypted(file: string, { passphrase, identity }: Encryption): Promise<Readable> {
  if (!(await isEncrypted(file))) return createReadStream(file)
  const decrypter = new Decrypter()
  if (identity !== undefined) decrypter.addIdentity(identity)
  else if (passphrase !== undefined) decrypter.addPassphrase(passphrase)
  else
    throw new StartProblem(
      `${file} is encrypted: set KEVAL_BACKUP_PASSPHRASE, or give --identity with its file.`,
    )
  try {
    // resolves once the header is read, which holds the key
    return fromWeb(await decrypter.decrypt(toWeb(createReadStream(file))))
  } catch {
    const given = identity === undefined ? 'KEVAL_BACKUP_PASSPHRASE' : '--identity'
    throw new StartProblem(
      `${given} does not open ${file}: it was encrypted for another one, or its beginning is damaged.`,
    )
  }
}

/** The encryption that the options ask for; null for none. */
export function chooseEncryption(options: {
  encrypt: boolean
  recipient?: string | undefined
  passphrase: string | undefined
}): Encryption | null {
  const { recipient, passphrase } = options
  if (recipient !== undefined) return { recipient }
  if (!options.encrypt) return null
  if (passphrase === undefined)
    throw new StartProblem('--encrypt: set KEVAL_BACKUP_PASSPHRASE to the passphrase.')
  return { passphrase }
}

/** Collects what opens an encrypted file: the passphrase, the key of an identity file, or both. */
export function toOpening(passphrase: string | undefined, identityFile: string | undefined): Encryption {
  return {
    ...(passphrase !== undefined && { passphrase }),
    ...(identityFile !== undefined && { identity: readIdentity(identityFile) }),
  }
}

/** Reads the first key of an identity file as age-keygen writes it. */
export function readIdentity(file: string): string {
  const key = existsSync(file) ? /^AGE-SECRET-KEY-\S+/m.exec(readFileSync(file, 'utf8'))?.[0] : undefined
  if (key === undefined) throw new StartProblem(`--identity: ${file} holds no AGE-SECRET-KEY.`)
  return key
}

async function isEncrypted(file: string): Promise<boolean> {
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(encryptedStart.length), 0)
    return buffer.subarray(0, bytesRead).toString('latin1') === encryptedStart
  } finally {
    await handle.close()
  }
}

const toWeb = (stream: Readable) => Readable.toWeb(stream) as unknown as ReadableStream<Uint8Array>
const fromWeb = (stream: ReadableStream<Uint8Array>) =>
  Readable.fromWeb(stream as unknown as NodeStream<Uint8Array>)
