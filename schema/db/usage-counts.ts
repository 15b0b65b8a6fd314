import { integer } from 'drizzle-orm/sqlite-core'

/** Columns of usage counts, shared by tenants and rollups. */
export const usageCounts = () => ({
  requests: integer('requests').notNull(),
  rated: integer('rated').notNull(),
  noRating: integer('no_rating').notNull(),
  truncated: integer('truncated').notNull(),
  failed: integer('failed').notNull(),
  promptTokens: integer('prompt_tokens').notNull(),
  completionTokens: integer('completion_tokens').notNull(),
  /** Requests answered without a run: by a cache of a location, from the store, by another's run. */
  cachedEdge: integer('cached_edge').notNull().default(0),
  cachedStored: integer('cached_stored').notNull().default(0),
  joined: integer('joined').notNull().default(0),
})
