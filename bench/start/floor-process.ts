import { convertV4MiniflareOptions, Miniflare } from 'miniflare'

// The floor of a start: load the runtime's packages and answer one request with a Worker that does nothing.
const script = 'export default { fetch: () => new Response("ok") }'
const miniflare = new Miniflare(
  convertV4MiniflareOptions({
    cf: false,
    workers: [
      { name: 'floor', modules: [{ type: 'ESModule', path: 'a.js', contents: script }], modulesRoot: '.' },
    ],
  } as Parameters<typeof convertV4MiniflareOptions>[0]),
)
await (await fetch(await miniflare.ready)).text()
process.stdout.write('ready\n')
await miniflare.dispose()
