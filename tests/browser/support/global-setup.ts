import type { TestProject } from 'vitest/node'
import { chromiumPath } from './chromium.ts'
import { type Stage, setTheStage } from './stage.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Null where there is no browser to look at it with. */
    stage: Stage | null
  }
}

/** One service for all browser tests. */
export default async function setup(project: TestProject) {
  if (chromiumPath() === null) {
    console.log(
      'There is no chromium on this machine: the browser tests are skipped (set CHROMIUM to its path).',
    )
    project.provide('stage', null)
    return
  }
  const { stage, close } = await setTheStage()
  project.provide('stage', stage)
  return close
}
