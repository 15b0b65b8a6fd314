// Runs a command line on the Node.js that the `node` package brings, whichever one started this file.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** @param {string} entry from the root of the package */
export function onOwnNode(entry) {
  const root = dirname(dirname(fileURLToPath(import.meta.url)))
  const nodePackage = dirname(createRequire(import.meta.url).resolve('node/package.json'))
  const binary = join(nodePackage, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  const child = spawn(binary, [join(root, entry), ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, KEVAL_LAUNCHER_PID: String(process.pid) },
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    process.stderr.write(`cannot run ${binary}: ${error.message}\n`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
}
