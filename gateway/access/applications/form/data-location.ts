import { z } from 'zod'
import { reason } from '../../../../schema/api/errors.ts'
import { notConfigured, operatorSetting } from '../../operator-setting.ts'

const text = z.string().trim().min(1).max(300)
const inBothLanguages = z.strictObject({ ko: text, en: text })

const location = z.strictObject({
  ...inBothLanguages.shape,
  overseas: z.strictObject({ recipient: text, contact: text, countries: inBothLanguages }).optional(),
})

/** The location of applicants' data, and its recipients abroad if there are any. */
export type DataLocation = z.infer<typeof location>

/** Cloudflare's platform, which is outside Korea. */
const cloudflare: DataLocation = {
  ko: 'Cloudflare 데이터센터',
  en: "Cloudflare's data centres",
  overseas: {
    recipient: 'Cloudflare, Inc.',
    contact: 'https://www.cloudflare.com/privacypolicy/',
    countries: {
      ko: '미국 및 Cloudflare 데이터센터가 있는 국가',
      en: "the United States and the countries of Cloudflare's data centres",
    },
  },
}

/**
 * The operator's data location, for example `{"ko":"서울의 자체 서버","en":"our own server in Seoul"}`; with `overseas`
 * where data leaves Korea. Cloudflare's platform where nothing is set.
 */
export function dataLocation(configured: string | undefined): DataLocation {
  const given = operatorSetting('DATA_LOCATION', configured)
  if (Object.keys(given).length === 0) return cloudflare
  const parsed = location.safeParse(given)
  if (parsed.success) return parsed.data
  const field = parsed.error.issues[0]!.path.join('.') || 'DATA_LOCATION'
  throw notConfigured(reason('data_location', { field }))
}
