/** The parts of Node's streams that the runtime provides (nodejs_compat) and the decompression uses. */
declare module 'node:stream' {
  export class Readable {
    static from(source: AsyncIterable<Uint8Array>, options: { objectMode: boolean }): Readable
    on(event: 'error', listener: (error: Error) => void): this
    pipe<W>(target: W): W
    destroy(error?: Error): void
  }
}

declare module 'node:zlib' {
  export function createGunzip(): AsyncIterable<Uint8Array> & { destroy(error?: Error): void }
}
