interface Started {
  gateway: string
  nodes: string
  key: string
  secretsFile: string
  mail: string
  seconds: number
}

interface ListedModel {
  id: string
  keval: { notice: string | null }
}

const question = '광합성이 무엇인지 설명해 주세요.'
const answer = '광합성은 식물이 빛으로 양분을 만드는 일입니다. 예를 들어 나뭇잎은 햇빛을 받아 당을 만듭니다.'

/** The text shown once everything answers: addresses, key, and a judgment to paste. */
export async function banner({ gateway, nodes, key, secretsFile, mail, seconds }: Started): Promise<string> {
  const models = await servedModels(gateway, key)
  const model = models[0]?.id ?? 'MODEL'
  const notices = models.flatMap(({ id, keval }) =>
    keval.notice === null ? [] : [`  ${id}: ${keval.notice}`],
  )
  return `
keval-edge is ready (${seconds.toFixed(1)} s)

  gateway        ${gateway}        docs ${gateway}/docs
  node           ${nodes}
  models         ${models.map(({ id }) => id).join(', ') || 'none yet: no node answered'}
  test API key   ${key}
  admin secret   "admin" in ${secretsFile}
  mails          ${mail}
${notices.length > 0 ? `\n${notices.join('\n')}\n` : ''}
A judgment to paste (twice: the second comes from the gateway's cache):

curl -si ${gateway}/v1/judgments \\
  -H 'authorization: Bearer ${key}' -H 'content-type: application/json' \\
  -d '{"model":"${model}","question":"${question}","answer":"${answer}"}'

Ctrl-C stops everything.
`
}

async function servedModels(gateway: string, key: string): Promise<ListedModel[]> {
  const response = await fetch(`${gateway}/v1/models`, { headers: { authorization: `Bearer ${key}` } })
  if (!response.ok) return []
  const { data } = (await response.json()) as { data: ListedModel[] }
  return data
}
