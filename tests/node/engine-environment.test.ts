import { describe, expect, it } from 'vitest'
import { engineEnvironment } from '../../inference-node/engine/process/environment.ts'

describe('the environment of the engine process', () => {
  it('asks for large pages, beside what was set already', () => {
    expect(engineEnvironment({ A: 'b' })).toEqual({ A: 'b', GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1' })
    expect(engineEnvironment({ GLIBC_TUNABLES: 'glibc.malloc.check=3' }).GLIBC_TUNABLES).toBe(
      'glibc.malloc.check=3:glibc.malloc.hugetlb=1',
    )
  })

  it("keeps an operator's own choice of pages", () => {
    const own = { GLIBC_TUNABLES: 'glibc.malloc.hugetlb=0' }
    expect(engineEnvironment(own)).toEqual(own)
  })
})
