import { sha256Hex } from '../../schema/judge/sha256.ts'

export interface DatasetDigests {
  /** Of all questions. */
  dataset: string
  /** Of the questions that each answering model answered. */
  modelDatasets: [model: string | null, dataset: string][]
}

/** Names sets of questions, whatever their order and however often each is asked. */
export async function digestDatasets(
  questions: readonly { model: string | null; digest: string }[],
): Promise<DatasetDigests> {
  const digestQuestions = async (asked: typeof questions) =>
    (await sha256Hex([...new Set(asked.map(({ digest }) => digest))].sort().join(' '))).slice(0, 16)
  const byModel = [...Map.groupBy(questions, ({ model }) => model)]
  return {
    dataset: await digestQuestions(questions),
    modelDatasets: await Promise.all(
      byModel.map(
        async ([model, asked]): Promise<[string | null, string]> => [model, await digestQuestions(asked)],
      ),
    ),
  }
}
