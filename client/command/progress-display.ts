import type { Call } from './cli-context.ts'
import { type Progress, renderProgress } from './render.ts'

/** Shows progress on the error output: one changing line on a terminal, a line for every tenth of the way in a log. */
export function createProgressDisplay({ err, columns, texts }: Pick<Call, 'err' | 'columns' | 'texts'>) {
  let shown = -1
  return {
    show(progress: Progress): void {
      if (columns !== null) {
        err(`\r\u001b[K${renderProgress(progress, columns, texts)}`)
        return
      }
      const tenth = Math.floor(progress.progress * 10)
      if (tenth > shown) err(`${renderProgress(progress, 0, texts)}\n`)
      shown = Math.max(shown, tenth)
    },
    /** Leaves the changing line. */
    end(): void {
      if (columns !== null) err('\n')
    },
  }
}
