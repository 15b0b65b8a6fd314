import { type ByteSource, gunzip, isGzip, peekBytes } from './bytes.ts'

/** Returns whether a file lies in FastChat's folder of reference answers; other parts of a name have no meaning. */
export const isReferenceFile = (name: string) => /^(?:.*[/\\])?reference_answer[/\\][^/\\]+$/.test(name)

/**
 * Questions, then references, then answers, each in the order given: joining needs the questions first. `open` gives
 * the bytes of a file from its beginning, as often as it is called.
 */
export async function toReadingOrder<File>(
  files: readonly File[],
  isReference: (file: File) => boolean,
  open: (file: File) => ByteSource,
): Promise<File[]> {
  const placed = await Promise.all(
    files.map(async (file) => {
      const holdsAnswers = (await readBeginning(() => open(file))).includes('"choices"')
      return { file, place: !holdsAnswers ? 0 : isReference(file) ? 1 : 2 }
    }),
  )
  return placed.sort((a, b) => a.place - b.place).map(({ file }) => file)
}

/** The text that a file begins with; what cannot be read is left to the reading of the file. */
async function readBeginning(open: () => ByteSource): Promise<string> {
  const { head } = await peekBytes(open())
  const unzipped = isGzip(head) ? await peekBytes(gunzip(open())).catch(() => ({ head })) : { head }
  return new TextDecoder().decode(unzipped.head)
}
