import type { DatasetChange, DatasetListQuery } from '../../../schema/api/datasets.ts'
import { type Failure, invalidRequest } from '../../../schema/api/errors.ts'
import { fieldError } from '../../../schema/messages/field-errors.ts'
import type { PublishedSet } from '../../../schema/metrics/contamination.ts'
import { kevalTestInputs, koBenchQuestions } from '../../../schema/metrics/published-digests.ts'
import type { DatasetRecord, DatasetStore } from './dataset-store.ts'

interface DatasetsParts {
  storage: DurableObjectStorage
  store: DatasetStore
  now: () => number
}

/** A set of questions that was uploaded, and the names it may get. */
export interface UploadedDataset {
  digest: string
  /** Number of distinct questions. */
  questions: number
  /** The name that the user gave; null without. */
  given: string | null
  /** The name of the file or of the evaluation; null without. */
  proposed: string | null
  published: { set: PublishedSet; questions: number } | null
}

const publishedSizes: Record<PublishedSet, number> = {
  'ko-bench': koBenchQuestions.size,
  'keval-testset': kevalTestInputs.size,
}

/** The datasets of one tenant, inside its object: sets of questions by name and version. */
export class Datasets {
  readonly #parts: DatasetsParts

  constructor(parts: DatasetsParts) {
    this.#parts = parts
  }

  get(digest: string): DatasetRecord | null {
    return this.#parts.store.get(digest)
  }

  page(query: DatasetListQuery): { data: DatasetRecord[]; hasMore: boolean } {
    const records = this.#parts.store.page({ ...query, limit: query.limit + 1 })
    return { data: records.slice(0, query.limit), hasMore: records.length > query.limit }
  }

  /** Why a dataset cannot have the name that the user gave; null where it can. */
  findConflict(digest: string, given: string | null): Failure | null {
    const known = this.#parts.store.get(digest)
    if (known === null || given === null || known.nameSource !== 'given' || known.name === given) return null
    const { name, version } = known
    return invalidRequest([fieldError('dataset', 'dataset_named_otherwise', { name, version, digest })])
  }

  /** Returns the name a dataset would have; its version is null if it would be a new one. */
  preview(uploaded: UploadedDataset): { name: string; version: number | null } | { failure: Failure } {
    const { digest, given } = uploaded
    const failure = this.findConflict(digest, given)
    if (failure !== null) return { failure }
    const known = this.#parts.store.get(digest)
    if (known !== null && (given === null || given === known.name)) {
      return { name: known.name, version: known.version }
    }
    return { name: chooseName(uploaded).name, version: null }
  }

  /**
   * Notes an uploaded dataset. Questions seen before keep their name and version; a given name replaces one that
   * was only proposed. The caller has asked for conflicts.
   */
  register(uploaded: UploadedDataset): void {
    const { store, now } = this.#parts
    const { digest, questions, given } = uploaded
    const known = store.get(digest)
    if (known === null) store.insert({ digest, questions, ...chooseName(uploaded), createdAt: now() })
    else if (given !== null && given !== known.name) store.rename(digest, given, 'given')
    else if (given !== null) store.setNameSource(digest, 'given')
  }

  /** Renames a dataset, alone or with the other versions of its name; null where there is none. */
  rename(digest: string, { name, all_versions: allVersions }: DatasetChange): DatasetRecord | null {
    const { storage, store } = this.#parts
    return storage.transactionSync(() => {
      const known = store.get(digest)
      if (known === null) return null
      if (known.name === name) store.setNameSource(digest, 'given')
      else if (allVersions) store.renameAll(known.name, name)
      else store.rename(digest, name, 'given')
      return store.get(digest)
    })
  }
}

/** The name that the user gives, else that of a public set which is asked whole, else the one proposed. */
function chooseName({ digest, given, published, proposed }: UploadedDataset): {
  name: string
  nameSource: DatasetRecord['nameSource']
} {
  if (given !== null) return { name: given, nameSource: 'given' }
  if (published !== null && published.questions === publishedSizes[published.set]) {
    return { name: published.set, nameSource: 'published' }
  }
  return { name: proposed ?? `questions-${digest.slice(0, 8)}`, nameSource: 'file' }
}
