/** Returns whether a line begins a Git LFS pointer, which a clone without Git LFS has in place of the file. */
export const isLfsPointer = (line: string) => line.startsWith('version https://git-lfs.github.com/spec/')
