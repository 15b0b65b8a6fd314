import type { D1Migration } from '@cloudflare/vitest-plugin'
import type { Env as GatewayEnv } from '../../gateway/env.ts'

declare global {
  namespace Cloudflare {
    interface Env extends GatewayEnv {
      TEST_MIGRATIONS: D1Migration[]
    }
    interface GlobalProps {
      mainModule: typeof import('../../gateway/index.ts')
    }
  }
}
