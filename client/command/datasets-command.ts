import { toDatasetName } from '../../schema/report/dataset-name.ts'
import { type Command, exitCodes, getText, UsageError } from './cli-context.ts'
import { renderTable, toJsonLine, toPrintable } from './render.ts'

/** Lists the datasets, or renames one. */
export const datasetsCommand: Command = {
  positionals: '[<digest>]',
  options: ['name', 'all-versions'],
  async run(call) {
    const { values, positionals, client, out, texts, signal } = call
    const name = getText(values, 'name')
    const [digest, ...more] = positionals
    if (more.length > 0 || (digest === undefined) !== (name === undefined))
      throw new UsageError(texts.giveDigest)
    if (digest !== undefined && name !== undefined) {
      const change = { name, all_versions: values['all-versions'] === true }
      const dataset = await client().datasets.rename(digest, change, { signal })
      const renamed = texts.datasetRenamed(dataset.digest, toDatasetName(dataset))
      await out(values.json ? toJsonLine(dataset) : `${toPrintable(renamed)}\n`)
      return exitCodes.done
    }
    const datasets = await client().datasets.list({ signal })
    if (values.json) await out(toJsonLine(datasets))
    else if (datasets.length === 0) await out(`${texts.noDatasets}\n`)
    else {
      const lines = datasets.map((dataset) => [
        dataset.name,
        String(dataset.version),
        String(dataset.questions),
        String(dataset.evaluations),
        new Date(dataset.created * 1000).toISOString().slice(0, 16).replace('T', ' '),
        dataset.digest,
      ])
      await out(renderTable({ title: texts.datasets, head: texts.datasetColumns, lines }))
    }
    return exitCodes.done
  },
}
