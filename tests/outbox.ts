import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

/** The whole mails of an outbox folder, oldest first; a mail has another name than `.eml` until it is whole. */
export const readMails = (outbox: string): string[] =>
  existsSync(outbox)
    ? readdirSync(outbox)
        .filter((name) => name.endsWith('.eml'))
        .sort()
        .map((name) => readFileSync(join(outbox, name), 'utf8'))
    : []

/** Waits up to 30 s until an outbox holds so many mails, and returns the newest. */
export async function waitForMail(outbox: string, count: number): Promise<string> {
  for (let attempt = 0; attempt < 300; attempt++) {
    const mails = readMails(outbox)
    if (mails.length > count) throw new Error(`${mails.length} mails came where ${count} were expected.`)
    if (mails.length === count) return mails.at(-1)!
    await setTimeout(100)
  }
  throw new Error(`Mail ${count} did not come; there are ${readMails(outbox).length}.`)
}

/** The one-time token of a mail. */
export const findToken = (mail: string): string => /kot_[0-9A-Za-z]{43}/.exec(mail)![0]
