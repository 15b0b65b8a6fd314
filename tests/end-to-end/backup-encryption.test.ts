import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'
import { generateIdentity, identityToRecipient } from 'age-encryption'
import { afterAll, expect, it } from 'vitest'
import { encrypt, openDecrypted } from '../../scripts/backup/encryption.ts'
import { temporaryState } from './start.ts'

const folder = temporaryState()
afterAll(() => folder.remove())

it('an encrypted backup names what does not open it', async () => {
  const file = join(folder.path, 'a.backup')
  const save = async (encryption: Parameters<typeof encrypt>[1]) =>
    writeFileSync(file, await buffer(await encrypt(Readable.from([Buffer.from('plain')]), encryption)))
  const [identity, other] = [await generateIdentity(), await generateIdentity()]

  await save({ recipient: await identityToRecipient(identity) })
  expect(await text(await openDecrypted(file, { identity }))).toBe('plain')
  await expect(openDecrypted(file, { identity: other })).rejects.toThrow(`--identity does not open ${file}: `)
  await save({ passphrase: 'right' })
  const wrong = openDecrypted(file, { passphrase: 'wrong' })
  await expect(wrong).rejects.toThrow(`KEVAL_BACKUP_PASSPHRASE does not open ${file}: `)
})
