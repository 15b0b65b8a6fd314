/**
 * A model directory, checkpoint or graph that cannot be used, and why. The message is one line that names the
 * file or tensor; command lines print it unchanged.
 */
export class ModelError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(toLine(message), options)
    this.name = 'ModelError'
  }
}

/** Escapes line breaks and other control characters, which a name inside a damaged file may hold. */
const toLine = (message: string) =>
  message.replace(
    /[\p{Cc}\u2028\u2029]/gu,
    (character) => `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`,
  )

/** Longest cause that is shown: ONNX Runtime adds stack frames and expressions without end. */
const maxCauseCharacters = 240

/**
 * The cause in a message of ONNX Runtime or a driver, as one plain line: without source locations, C++ signatures and
 * the fields behind a semicolon.
 */
export function toCause(message: string): string {
  const line = message.replace(/\s+/g, ' ').trim()
  const device = /\b(?:CUDA|CUDNN|CUBLAS) failure \d+: [^;]*/i.exec(line)?.[0]
  const plain = (device ?? line)
    .replace(/\S*\.(?:cc|cpp|cu|h|hpp):\d+:?/g, '')
    .replace(
      /(?:[\w:<>,*&~]+ )*[\w:<>,~]+::[\w<>:~]+\([^()]*(?:\([^()]*\)[^()]*)*\)(?: const)?(?: \[with [^\]]*\])?/g,
      '',
    )
    .replace(/\S*<lambda\([^)]*\)>/g, '')
    .replace(/\S+(?: (?:==|!=|<|>|<=|>=) \S+)? was false\./g, '')
    .replace(/\[ONNXRuntimeError\] : \d+ : [A-Z_]+ : /g, '')
    .replace(/\s+/g, ' ')
    .trim()
  if (plain.length <= maxCauseCharacters) return plain
  return `${plain.slice(0, maxCauseCharacters)}…`
}
