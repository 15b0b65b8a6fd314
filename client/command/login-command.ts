import { isBearerToken } from '../../schema/text/bearer-token.ts'
import { Keval } from '../api/keval.ts'
import { type Command, exitCodes, getText, UsageError } from './cli-context.ts'
import { toJsonLine, toPrintable } from './render.ts'
import { parseGatewayUrl, readStoredUrl, writeSettings } from './settings.ts'

/** Checks an API key and keeps it together with the address it is for. */
export const loginCommand: Command = {
  positionals: '',
  options: ['url', 'key-stdin'],
  async run(call) {
    const { values, environment, out, texts, language, signal } = call
    const given = getText(values, 'url') || environment.KEVAL_URL || readStoredUrl(environment)
    if (given === undefined) throw new UsageError(texts.giveUrl)
    const url = parseGatewayUrl(given)
    // keys on a command line end up in the shell's history
    const fromInput = values['key-stdin'] === true || !environment.KEVAL_API_KEY
    const apiKey = (fromInput ? await readKey(call) : environment.KEVAL_API_KEY!).trim()
    if (apiKey === '') throw new UsageError(texts.noKeyGiven)
    if (!isBearerToken(apiKey))
      throw new UsageError(texts.keyUnusable(fromInput ? texts.apiKey : 'KEVAL_API_KEY'))
    const models = (await new Keval({ url, apiKey, language }).models({ signal })).map(({ id }) => id)
    const file = writeSettings(environment, { url, apiKey })
    await out(
      values.json ? toJsonLine({ url, models, file }) : `${toPrintable(texts.signedIn(url, models, file))}\n`,
    )
    return exitCodes.done
  },
}

async function readKey({ inputIsTerminal, readSecret, readInput, texts }: Parameters<Command['run']>[0]) {
  return inputIsTerminal ? readSecret(texts.askKey) : new TextDecoder().decode(await readInput())
}
