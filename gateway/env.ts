import type { Work } from './jobs/work.ts'
import type { NodeTunnelRpc } from './nodes/tunnel/node-tunnel-rpc.ts'
import type { TenantRpc } from './tenant-rpc.ts'

/** Everything the platform gives the Worker. Secrets come from `wrangler secret` or `.dev.vars`. */
export interface Env {
  DB: D1Database
  TENANTS: DurableObjectNamespace<TenantRpc>
  /** The connections that nodes without an address open, one object for each node. */
  NODE_TUNNELS: DurableObjectNamespace<NodeTunnelRpc>
  /** Chunks of evaluations and batches. */
  JOB_QUEUE: Queue<Work>
  /** Base URLs of OpenAI-compatible nodes, comma-separated. */
  NODES: string
  /** Shared secret towards the nodes. */
  NODE_SECRET?: string
  /** Changes to how long calls to nodes may take, as JSON: `{"answerMs":60000}`. */
  NODE_TIME_LIMITS?: string
  /** When a plain judgment is asked of a second node as well: `p95`, or milliseconds; off without. */
  NODE_HEDGE?: string
  /** Storage of a tenant in bytes above which uploads are refused; default 8 GB. */
  TENANT_STORAGE_BYTES?: string
  /** Answers the free bytes of the local disk; absent where the platform stores the data. */
  DISK_SPACE?: Fetcher
  /** Counts requests of a key in a location; see `requestsPerQuestion`. */
  BURST?: RateLimit
  /** The base URL of an OpenTelemetry collector that gets a span per request by OTLP; off without. */
  OTEL_EXPORTER_OTLP_ENDPOINT?: string
  /** Headers the collector asks for: `name=value,name=value`. */
  OTEL_EXPORTER_OTLP_HEADERS?: string
  /** `yes`, set by the local start: one isolate serves everything, so its memory needs no cache or counter behind. */
  SINGLE_ISOLATE?: string
  /** Set by the local start: how long a request's log line may wait to be written together with others. */
  LOG_HOLD_MS?: string
  /** One point per request of a tenant. */
  ANALYTICS?: AnalyticsEngineDataset
  /** Operators sign in with this where Cloudflare Access is not configured. */
  ADMIN_SECRET?: string
  /** Base64 of 32 bytes: wraps the record keys of personal data. */
  MASTER_SECRET?: string
  /** Master secrets that were replaced, comma-separated: kept until everything is wrapped anew. */
  MASTER_SECRET_PREVIOUS?: string
  /** `cloudflare`, or the proxies whose X-Forwarded-For is trusted; see `resolveAddress`. */
  TRUSTED_PROXIES?: string
  /** Set by the local start: where direct connections come from. */
  SOCKET_ADDRESS?: string
  /** The address of the service, for links in mails. */
  PUBLIC_URL?: string
  /** Sends mail through Cloudflare. */
  EMAIL?: SendEmail
  MAIL_FROM?: string
  /** Contact address shown in the console. */
  CONTACT_EMAIL?: string
  /** Receives a notice when applications wait for review. */
  REVIEWER_MAIL?: string
  /** `any` lets webhooks use http and private addresses; default `public`. */
  WEBHOOK_ADDRESSES?: string
  /** Set by the local start: a network that reaches public addresses alone, whatever a name resolves to. */
  PUBLIC_NETWORK?: Fetcher
  /** Leads to the nodes past the local runtime's own proxy; `fetch` does where it is absent. */
  NODE_NETWORK?: Fetcher
  /** URL that receives mails on machines that send none. */
  MAIL_OUTBOX?: string
  /** Changes to what the form asks for, as JSON: `{"phone":"optional"}`. */
  APPLICATION_FIELDS?: string
  /** Cloudflare Turnstile on the application form; off without both. */
  TURNSTILE_SITE_KEY?: string
  TURNSTILE_SECRET?: string
  /** Location of applicants' data, as JSON in both languages; the default names Cloudflare. See `dataLocation`. */
  DATA_LOCATION?: string
  /** Changes to the retention periods in days, as JSON: `{"rejected":14}`. */
  RETENTION?: string
  /** Cloudflare Access for operators: the team's address and the application's audience tag. */
  ACCESS_ISSUER?: string
  ACCESS_AUDIENCE?: string
}
