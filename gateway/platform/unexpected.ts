/**
 * Logs an unexpected error: where it happened, never its message, which might quote a text or the parameters of
 * a statement.
 */
export function logUnexpected(error: unknown, about: Record<string, string | undefined>): void {
  const { name, stack } = error instanceof Error ? error : { name: typeof error, stack: undefined }
  console.error(
    JSON.stringify({ level: 'error', event: 'unexpected', ...about, name, stack: frames(stack ?? '') }),
  )
}

/** For work that the platform starts: it is told that the work failed, and nothing else, so that it tries again. */
export async function withoutMessage(name: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    logUnexpected(error, { work: name })
    throw new Error(`${name} failed; the log says where`)
  }
}

function frames(stack: string): string[] {
  return stack
    .split('\n')
    .filter((line) => line.trimStart().startsWith('at '))
    .slice(0, 8)
}
