import { randomUUID } from 'node:crypto'
import { type AccountRequest, type Reply, refuse, succeed } from './reply.ts'

interface Consumer {
  consumer_id: string
  type: string
  script: string
  dead_letter_queue?: string
  settings?: Record<string, unknown>
}

interface Queue {
  queue_id: string
  queue_name: string
  consumers: Consumer[]
  producers: unknown[]
}

export class QueueStandIn {
  readonly all: Queue[] = []

  find(name: string): Queue | undefined {
    return this.all.find((queue) => queue.queue_name === name)
  }

  reply({ method, path, query, body }: AccountRequest): Reply | null {
    if (path === '/queues' && method === 'GET') return this.#list(query)
    if (path === '/queues' && method === 'POST')
      return this.#create((JSON.parse(body.toString()) as { queue_name: string }).queue_name)
    const [, id, consumer] = /^\/queues\/([^/]+)\/consumers(?:\/([^/]+))?$/.exec(path) ?? []
    if (id === undefined) return null
    const queue = this.all.find(({ queue_id }) => queue_id === id)
    if (queue === undefined) return refuse(404, 11000, 'Queue not found')
    if (method === 'GET') return succeed(queue.consumers)
    if (method !== 'POST' && method !== 'PUT') return null
    const { script_name: script, ...given } = JSON.parse(body.toString()) as Consumer & {
      script_name: string
    }
    const attached = { ...given, script, consumer_id: consumer ?? randomUUID() }
    queue.consumers = [...queue.consumers.filter((one) => one.consumer_id !== consumer), attached]
    return succeed(attached)
  }

  #list(query: URLSearchParams): Reply {
    const name = query.get('name')
    const found = this.all.filter((queue) => name === null || queue.queue_name === name)
    return succeed(found, { page: 1, per_page: 100, total_pages: 1, total_count: found.length })
  }

  #create(name: string): Reply {
    if (this.find(name) !== undefined) return refuse(409, 11009, `Queue name '${name}' is already taken`)
    const queue = {
      queue_id: randomUUID().replaceAll('-', ''),
      queue_name: name,
      consumers: [],
      producers: [],
    }
    this.all.push(queue)
    return succeed(queue)
  }
}
