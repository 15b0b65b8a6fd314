import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'sqlite',
  driver: 'durable-sqlite',
  schema: [
    './schema/db/tenant.ts',
    './schema/db/evaluations.ts',
    './schema/db/audits.ts',
    './schema/db/batches.ts',
    './schema/db/notifications.ts',
  ],
  out: './schema/db/migrations/tenant',
})
