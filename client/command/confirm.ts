import { createInterface } from 'node:readline/promises'
import type { ReadStream, WriteStream } from 'node:tty'

/** Asks a yes-or-no question at a terminal. Resolves to false for any answer but yes, and without a terminal. */
export async function confirm(
  question: string,
  input: ReadStream,
  output: WriteStream,
  signal: AbortSignal,
): Promise<boolean> {
  if (!input.isTTY) return false
  // with its own terminal mode, readline would swallow Ctrl-C
  const lines = createInterface({ input, output, terminal: false })
  try {
    return /^(y|yes|예|네|ㅛ)$/i.test((await lines.question(question, { signal })).trim())
  } finally {
    lines.close()
  }
}
