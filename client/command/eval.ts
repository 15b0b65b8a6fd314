import { openAsBlob } from 'node:fs'
import { stat } from 'node:fs/promises'
import { nameOfFile } from '../../schema/evaluation-input/name-of-file.ts'
import type { Answers, EvaluateOptions } from '../keval.ts'
import { attend } from './attend.ts'
import { type Command, exitCodes, UsageError, type Values } from './command.ts'
import { modelFor } from './judge.ts'
import { duration } from './terminal.ts'

export const evalCommand: Command = {
  usage:
    'answers.jsonl [more files] [--model judge] [--name …] [--protocol ko-bench|simple-keval] [--template …] [--repeats n] [--temperature t] [--seed n] [--preview] [--wait]',
  summary:
    'Judges a file of answers. With --wait it shows the progress and the tables; Ctrl-C leaves it running.',
  options: {
    model: { type: 'string' },
    name: { type: 'string' },
    protocol: { type: 'string' },
    template: { type: 'string' },
    repeats: { type: 'string' },
    temperature: { type: 'string' },
    seed: { type: 'string' },
    preview: { type: 'boolean' },
    wait: { type: 'boolean' },
  },
  async run(call) {
    const { values, positionals, client, out } = call
    if (positionals.length === 0) throw new UsageError('Which file? keval eval answers.jsonl')
    const answers = await open(positionals)
    const keval = client()
    const options = {
      ...given(values),
      model: await modelFor(keval, values.model),
    } as unknown as EvaluateOptions
    options.name ??= nameOfFile(positionals.at(-1)!)
    if (values.preview) {
      const preview = await keval.preview(answers, options)
      if (values.json) out(`${JSON.stringify(preview)}\n`)
      else {
        const { format, rows, judgments, labels, references, templates, published, estimated_tokens } =
          preview.preview
        const time =
          preview.estimated_seconds === null ? '' : `, about ${duration(preview.estimated_seconds)}`
        const lines = [
          `${rows} rows of the form ${format}, ${labels} with a label, ${references} with a reference`,
          `${judgments} judgments: ${Object.entries(templates)
            .map(([name, count]) => `${count} × ${name}`)
            .join(', ')}`,
          `about ${estimated_tokens.prompt + estimated_tokens.completion} tokens${time}`,
          `published material: ${published['ko-bench']} questions of Ko-Bench, ${published['keval-testset']} inputs of keval's test set`,
        ]
        out(`${lines.join('\n')}\nNothing was started.\n`)
      }
      return exitCodes.done
    }
    const evaluation = await keval.evaluate(answers, options)
    if (values.wait) return attend(call, keval, evaluation.id)
    if (values.json) out(`${JSON.stringify(evaluation)}\n`)
    else {
      const { id, counts } = evaluation
      out(`${id}: ${counts.judgments} judgments have begun.\nFollow it with: keval wait ${id}\n`)
    }
    return exitCodes.done
  },
}

/** One file is sent as it is, streamed from the disk; several are sent as a form. */
async function open(paths: readonly string[]): Promise<Answers> {
  for (const path of paths) {
    const found = await stat(path).catch(() => null)
    if (found === null || !found.isFile()) throw new UsageError(`There is no file ${path}.`)
  }
  if (paths.length === 1) return openAsBlob(paths[0]!)
  return Promise.all(paths.map(async (path) => new File([await openAsBlob(path)], path)))
}

const settable = ['name', 'protocol', 'template', 'repeats', 'temperature', 'seed']

const given = (values: Values) =>
  Object.fromEntries(Object.entries(values).filter(([name]) => settable.includes(name)))
