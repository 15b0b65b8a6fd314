const hugePages = 'glibc.malloc.hugetlb'

/**
 * The environment of the engine process. glibc's allocator then asks for pages of 2 MB: a step reads all weights and
 * the cache, and with pages of 4 KB the processor spends a tenth of that time looking up addresses. Other C
 * libraries and kernels without such pages ignore it; what an operator set is kept.
 */
export function engineEnvironment(own: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const tunables = own.GLIBC_TUNABLES
  if (tunables?.includes(`${hugePages}=`)) return own
  return { ...own, GLIBC_TUNABLES: [...(tunables ? [tunables] : []), `${hugePages}=1`].join(':') }
}
