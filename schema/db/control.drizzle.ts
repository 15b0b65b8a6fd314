import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'sqlite',
  schema: './schema/db/control.ts',
  out: './schema/db/migrations/control',
})
