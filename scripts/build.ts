import { provideBundle } from './local/bundle.ts'
import { describeError } from './local/lifecycle.ts'

// npm run build: bundles the gateway, so that a start of the same sources needs not.
provideBundle().then(
  ({ folder }) => console.log(`The gateway is built in ${folder}.`),
  (error: unknown) => {
    console.error(describeError(error))
    process.exitCode = 1
  },
)
