import { sql } from 'drizzle-orm'
import {
  blob,
  index,
  integer,
  primaryKey,
  real,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core'
import { datasetNameSources } from '../api/datasets.ts'
import type { StoredFailure } from '../api/errors.ts'
import type { EvaluationOptions } from '../api/evaluation-request.ts'
import type { OverallScore } from '../api/evaluation-scores.ts'
import type { Imported } from '../api/imported.ts'
import type { ModelScore } from '../api/leaderboard.ts'
import { pauseReasons } from '../api/pause-reasons.ts'
import type { Preview } from '../evaluation-input/preview.ts'
import type { RowInput } from '../evaluation-input/row.ts'
import type { Warning } from '../judge/lint.ts'
import type { PublishedSet } from '../metrics/contamination.ts'

/** `receiving`: rows still arrive and nothing runs. `paused`: stopped until resumed or cancelled. */
export const evaluationStatuses = ['receiving', 'running', 'paused', 'completed', 'cancelled'] as const

/** The evaluations of one tenant, with the counters that make progress cheap to read. Ids sort by time. */
export const evaluations = sqliteTable('evaluations', {
  id: text('id').primaryKey(),
  keyId: text('key_id').notNull(),
  /** The audit whose cases it judges; null for an evaluation of its own. */
  auditId: text('audit_id'),
  status: text('status', { enum: evaluationStatuses }).notNull(),
  options: text('options', { mode: 'json' }).$type<EvaluationOptions>().notNull(),
  tags: text('tags', { mode: 'json' }).$type<string[]>().notNull().default([]),
  /** The tags of which it is the baseline: of each tag one evaluation at most. */
  baselineFor: text('baseline_for', { mode: 'json' }).$type<string[]>().notNull().default([]),
  preview: text('preview', { mode: 'json' }).$type<Preview>(),
  /** SHA-256 of the uploaded bytes: the same file under another protocol or judge is the same test. */
  fileSha256: text('file_sha256'),
  /** Digest of its dataset: only evaluations of the same questions are comparable. */
  dataset: text('dataset'),
  rows: integer('rows').notNull().default(0),
  /** Judgments to be made, and how they went so far. */
  judgments: integer('judgments').notNull().default(0),
  rated: integer('rated').notNull().default(0),
  wrong: integer('wrong').notNull().default(0),
  failed: integer('failed').notNull().default(0),
  /** The consumer ignores messages of an older generation. */
  generation: integer('generation').notNull().default(0),
  pausedBecause: text('paused_because', { enum: pauseReasons }),
  /** Digest of the judge's weights; null before the first judgment, `unreported` where the nodes name none. */
  weightsDigest: text('weights_digest'),
  createdAt: integer('created_at').notNull(),
  startedAt: integer('started_at'),
  /** Time of the last settled judgment, or of the start or resumption of the work. */
  progressedAt: integer('progressed_at').notNull(),
  /** When the pending judgments were enqueued anew. */
  enqueuedAt: integer('enqueued_at'),
  finishedAt: integer('finished_at'),
  /** When the plan's retention ends. */
  expiresAt: integer('expires_at').notNull(),
  /** For each answering model, the digest of the questions that it answered; null names the rows without one. */
  modelDatasets: text('model_datasets', { mode: 'json' }).$type<[model: string | null, dataset: string][]>(),
  /** The mean score of all rows with its interval, kept at the end for the list. */
  overallScore: text('overall_score', { mode: 'json' }).$type<OverallScore>(),
  /** The scores per answering model, kept at the end for the leaderboard. */
  modelScores: text('model_scores', { mode: 'json' }).$type<ModelScore[]>(),
  /** True if its tallies move with its judgments; otherwise they are counted anew when they are asked for. */
  tallied: integer('tallied', { mode: 'boolean' }).notNull().default(false),
  /** Counts the changes of labels by hand, so that a cached report is known to be old. */
  labelRevision: integer('label_revision').notNull().default(0),
  /** Origin of an import; null for an evaluation that ran here. */
  imported: text('imported', { mode: 'json' }).$type<Imported>(),
})

/** Sets of questions. The digest is the identity; name and version are how people refer to it. */
export const datasets = sqliteTable(
  'datasets',
  {
    digest: text('digest').primaryKey(),
    name: text('name').notNull(),
    version: integer('version').notNull(),
    nameSource: text('name_source', { enum: datasetNameSources }).notNull(),
    /** Number of distinct questions. */
    questions: integer('questions').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [uniqueIndex('datasets_name').on(table.name, table.version)],
)

/** The last version given under each name: a number is never given twice. */
export const datasetNames = sqliteTable('dataset_names', {
  name: text('name').primaryKey(),
  lastVersion: integer('last_version').notNull(),
})

const tallyKinds = ['row', 'turn', 'outcome', 'repeat', 'language', 'weights', 'expected'] as const

/**
 * Tallies behind the tables of an evaluation: counts of equal results. `key` is a JSON list
 * that says how (see gateway/evaluations/tallies); it grows with what is different, never with the rows.
 */
export const evaluationTallies = sqliteTable(
  'evaluation_tallies',
  {
    evaluationId: text('evaluation_id').notNull(),
    kind: text('kind', { enum: tallyKinds }).notNull(),
    key: text('key').notNull(),
    count: integer('count').notNull(),
  },
  (table) => [primaryKey({ columns: [table.evaluationId, table.kind, table.key] })],
)

/** The row to judge. */
export const evaluationRows = sqliteTable(
  'evaluation_rows',
  {
    evaluationId: text('evaluation_id').notNull(),
    number: integer('number').notNull(),
    id: text('id').notNull(),
    /** True if the file gave the id; otherwise it is the number of the line. */
    idIsGiven: integer('id_is_given', { mode: 'boolean' }).notNull(),
    model: text('model'),
    category: text('category'),
    label: real('label'),
    input: text('input', { mode: 'json' }).$type<RowInput>().notNull(),
    /** Turns and templates of its judgments, `[[turn, template], …]`. */
    planned: text('planned', { mode: 'json' }).$type<[turn: number, template: string][]>().notNull(),
    /** Beginning of the row's prompts: rows are judged in its order, so that shared prefixes are reused. */
    prefix: text('prefix').notNull(),
    questionDigest: text('question_digest').notNull(),
    /** For each turn, the digest of its question with those before it. */
    turnDigests: text('turn_digests', { mode: 'json' }).$type<string[]>().notNull(),
    /** Digest of all that was asked: the questions of every turn, their references and the category. */
    itemDigest: text('item_digest').notNull(),
    published: text('published').$type<PublishedSet>(),
    languagesDiffer: integer('languages_differ', { mode: 'boolean' }),
    /** Sample index of its first repeat, from 1: equal prompts with other sample indexes are judged anew. */
    sample: integer('sample').notNull().default(1),
  },
  (table) => [primaryKey({ columns: [table.evaluationId, table.number] })],
)

/** Labels that people gave to rows. They replace the label of the uploaded row. */
export const evaluationLabels = sqliteTable(
  'evaluation_labels',
  {
    evaluationId: text('evaluation_id').notNull(),
    row: integer('row').notNull(),
    turn: integer('turn').notNull(),
    label: real('label').notNull(),
    note: text('note').notNull(),
    /** The key that gave it. */
    keyId: text('key_id').notNull(),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.evaluationId, table.row, table.turn] })],
)

/** Null where the node does not tell. */
export type JudgedWeights = [digest: string | null, precision: string | null, provider: string | null]

/** The part of a judgment that an imported evaluation keeps in addition to its rating, named as in `judgments.judgment`. */
export interface ImportedJudgment {
  text: string | null
  warnings: Warning[]
}

const judgmentStates = ['pending', 'rated', 'no_rating', 'truncated', 'failed'] as const

/** One judgment of a row: a turn, a repeat. `position` is the order of work. */
export const evaluationJudgments = sqliteTable(
  'evaluation_judgments',
  {
    evaluationId: text('evaluation_id').notNull(),
    position: integer('position').notNull(),
    row: integer('row').notNull(),
    turn: integer('turn').notNull(),
    repeat: integer('repeat').notNull(),
    template: text('template').notNull(),
    /** The label given by hand, else the label of the row at the last turn that is judged. */
    label: real('label'),
    state: text('state', { enum: judgmentStates }).notNull(),
    rating: real('rating'),
    /** The mean under the judge's rating probabilities, where it is asked for and the node gives it. */
    expected: real('expected'),
    judgmentId: text('judgment_id'),
    /** The weights that judged: digest, precision, provider. */
    weights: text('weights', { mode: 'json' }).$type<JudgedWeights>(),
    /** Failures so far that may be the row's own fault. */
    attempts: integer('attempts').notNull().default(0),
    /** Why it could not be judged; null otherwise. */
    failure: text('failure', { mode: 'json' }).$type<StoredFailure>(),
    /** In an imported evaluation, what the judge wrote: its judgments are in no store of judgments. */
    imported: text('imported', { mode: 'json' }).$type<ImportedJudgment>(),
  },
  (table) => [
    primaryKey({ columns: [table.evaluationId, table.position] }),
    // results and tables go row by row
    uniqueIndex('evaluation_judgments_row').on(table.evaluationId, table.row, table.turn, table.repeat),
    // what is left to do, however much is done
    index('evaluation_judgments_pending')
      .on(table.evaluationId, table.position)
      .where(sql`${table.state} = 'pending'`),
  ],
)

/** The bytes of archives that are being imported. They are deleted when the import ends. */
export const archiveParts = sqliteTable(
  'archive_parts',
  {
    archiveId: text('archive_id').notNull(),
    number: integer('number').notNull(),
    bytes: blob('bytes', { mode: 'buffer' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.archiveId, table.number] })],
)
