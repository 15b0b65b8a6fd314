import pino from 'pino'
import { GatewayConnection } from '../../inference-node/joining/tunnel/gateway-connection.ts'
import { completion, model } from './requests.ts'

// The instant node, connected by itself: argv has the gateway, its id and its credential.
const [gateway, id, credential] = process.argv.slice(2) as [string, string, string]
const models = JSON.stringify({ object: 'list', data: [{ id: model, object: 'model', created: 1 }] })
const headers = { 'content-type': 'application/json' }
new GatewayConnection({
  gateway,
  id,
  credential: () => credential,
  handle: async (request) => {
    await request.arrayBuffer()
    return new Response(request.url.endsWith('/v1/models') ? models : completion, { headers })
  },
  log: pino({ level: 'silent' }),
}).start()
