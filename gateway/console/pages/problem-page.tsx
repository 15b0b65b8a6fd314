import type { ProblemBody } from '../../../schema/api/error-body.ts'
import { Failure } from '../components/failure.tsx'
import { Page } from '../components/page.tsx'
import type { View } from '../view.ts'

interface ProblemPageProps {
  view: View
  title: string
  problem: ProblemBody
}

/** A page that shows only why its content could not be loaded. */
export function ProblemPage({ view, title, problem }: ProblemPageProps) {
  return (
    <Page view={view} title={title}>
      <h1>{title}</h1>
      <Failure t={view.t} problem={problem} />
    </Page>
  )
}
