import type { NewRow } from '../row-store.ts'
import type { UploadedDataset } from './datasets.ts'
import { digestItems } from './digest-datasets.ts'

/** Counts the questions of an upload while its rows are read; a stored upload is counted by its rows. */
export class QuestionCounter {
  readonly #items = new Set<string>()
  readonly #questions = new Set<string>()
  readonly #published = new Set<NewRow['published']>()

  add(rows: readonly NewRow[]): void {
    for (const { itemDigest, questionDigest, published } of rows) {
      this.#items.add(itemDigest)
      this.#questions.add(questionDigest)
      this.#published.add(published ?? null)
    }
  }

  async result(): Promise<Pick<UploadedDataset, 'digest' | 'questions' | 'published'>> {
    const [set, ...others] = this.#published
    return {
      digest: await digestItems(this.#items),
      questions: this.#items.size,
      published: set == null || others.length > 0 ? null : { set, questions: this.#questions.size },
    }
  }
}
