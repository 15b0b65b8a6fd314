import { sha256Hex } from '../../../schema/judge/sha256.ts'

export interface DatasetDigests {
  /** The digest of all questions. */
  dataset: string
  /** Number of distinct questions. */
  questions: number
  /** The digest of the questions that each answering model answered. */
  modelDatasets: [model: string | null, dataset: string][]
}

type Asked = readonly { model: string | null; digest: string }[]

/** Names sets of questions, whatever their order and however often each is asked. */
export async function digestDatasets(asked: Asked): Promise<DatasetDigests> {
  const digestQuestions = (some: Asked) => digestItems(some.map(({ digest }) => digest))
  const byModel = [...Map.groupBy(asked, ({ model }) => model)]
  return {
    dataset: await digestQuestions(asked),
    questions: new Set(asked.map(({ digest }) => digest)).size,
    modelDatasets: await Promise.all(
      byModel.map(
        async ([model, own]): Promise<[string | null, string]> => [model, await digestQuestions(own)],
      ),
    ),
  }
}

/** Digest of a set of items: each counts once, their order not at all. */
export async function digestItems(items: Iterable<string>): Promise<string> {
  return (await sha256Hex([...new Set(items)].sort().join(' '))).slice(0, 16)
}
