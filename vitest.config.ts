import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'

const gateway = cloudflareTest(async () => ({
  wrangler: { configPath: './wrangler.toml' },
  miniflare: {
    cf: false,
    bindings: {
      TEST_MIGRATIONS: await readD1Migrations('./schema/db/migrations/control'),
      ADMIN_SECRET: 'admin-secret-of-the-tests-000000000000',
      MASTER_SECRET: 'bWFzdGVyLXNlY3JldC1vZi10aGUtdGVzdHMtMDAwMDA=',
      NODES: 'http://node.test',
      NODE_SECRET: 'node-secret-of-the-tests',
      MAIL_OUTBOX: 'http://outbox.test',
    },
  },
}))

// One project after the other: most of them start workerd, nodes or a browser of their own.
export default defineConfig({
  test: {
    // the gateway logs every request; what matters is what a failing test printed
    silent: 'passed-only',
    // most tests wait for processes of their own, so that two files run at a time on two cores
    maxWorkers: 2,
    projects: [
      {
        plugins: [gateway],
        test: {
          name: 'gateway',
          sequence: { groupOrder: 1 },
          include: ['tests/gateway/**/*.test.ts'],
          setupFiles: ['tests/gateway/setup.ts'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'faults',
          sequence: { groupOrder: 3 },
          include: ['tests/faults/**/*.test.ts'],
          testTimeout: 90_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: 'evaluations',
          sequence: { groupOrder: 4 },
          include: ['tests/evaluations/**/*.test.ts', 'tests/client/**/*.test.ts'],
          testTimeout: 90_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: 'schema',
          sequence: { groupOrder: 0 },
          include: ['tests/schema/**/*.test.ts'],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'node',
          sequence: { groupOrder: 2 },
          include: ['tests/node/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'end-to-end',
          sequence: { groupOrder: 5 },
          include: ['tests/end-to-end/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'browser',
          sequence: { groupOrder: 6 },
          include: ['tests/browser/**/*.test.ts'],
          globalSetup: ['tests/browser/support/global-setup.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
