import type { ReadStream, WriteStream } from 'node:tty'
import { exitCodes, Interrupted } from './cli-context.ts'

const [enter, lineFeed, control_c, control_d, backspace, delete_] = [
  '\r',
  '\n',
  '\u0003',
  '\u0004',
  '\b',
  '\u007f',
]

/** Reads one line from a terminal without showing it. Ctrl-C rejects, for raw mode keeps the terminal from sending it. */
export function readSecret(
  prompt: string,
  input: ReadStream,
  output: WriteStream,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    let typed = ''
    const end = (settle: () => void) => {
      input.off('data', read).off('end', finish)
      signal.removeEventListener('abort', abort)
      input.setRawMode(false).pause()
      output.write('\n')
      settle()
    }
    const finish = () => end(() => resolve(typed))
    const abort = () => end(() => reject(signal.reason))
    const read = (text: string) => {
      for (const character of text) {
        if (character === enter || character === lineFeed || character === control_d) return finish()
        if (character === control_c) return end(() => reject(new Interrupted(exitCodes.interrupted)))
        if (character === backspace || character === delete_) typed = typed.slice(0, -1)
        else typed += character
      }
    }
    input.setRawMode(true).setEncoding('utf8').on('data', read).on('end', finish).resume()
    signal.addEventListener('abort', abort, { once: true })
    // asked once the terminal no longer shows what is typed
    output.write(prompt)
  })
}
