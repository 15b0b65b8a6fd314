import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { completion, model } from './requests.ts'

// A node that answers at once: what is left is the gateway's own time.
const models = JSON.stringify({ object: 'list', data: [{ id: model, object: 'model', created: 1 }] })
const server = createServer((request, response) => {
  request.resume()
  request.on('end', () => {
    const body = request.url === '/v1/models' ? models : completion
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
    response.end(body)
  })
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
