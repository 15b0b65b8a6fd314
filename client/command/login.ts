import { Keval } from '../keval.ts'
import { type Command, exitCodes, UsageError } from './command.ts'
import { readSettings, writeSettings } from './settings.ts'

export const loginCommand: Command = {
  usage: '--url https://gateway [--key-stdin]',
  summary: 'Checks an API key (KEVAL_API_KEY, or from standard input) and keeps it for your user alone.',
  options: { url: { type: 'string' }, 'key-stdin': { type: 'boolean' } },
  async run({ values, environment, readInput, out, err, columns }) {
    const url = String(values.url ?? environment.KEVAL_URL ?? readSettings(environment)?.url ?? '')
    if (!/^https?:\/\//.test(url)) throw new UsageError('Say where the gateway is: --url https://…')
    // keys on a command line end up in the shell's history
    const fromInput = values['key-stdin'] === true || environment.KEVAL_API_KEY === undefined
    if (fromInput && columns !== null) err('API key: ')
    const apiKey = (fromInput ? await readInput() : environment.KEVAL_API_KEY!).trim()
    if (apiKey === '') throw new UsageError('There is no key on standard input.')
    const models = (await new Keval({ url, apiKey }).models()).map(({ id }) => id)
    const file = writeSettings(environment, { url, apiKey })
    if (values.json) out(`${JSON.stringify({ url, models, file })}\n`)
    else out(`Signed in at ${url}. Models: ${models.join(', ') || 'none at the moment'}. Kept in ${file}.\n`)
    return exitCodes.done
  },
}
