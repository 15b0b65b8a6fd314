import { z } from 'zod'
import { described } from './described.ts'

const time = z.iso.datetime()

/** One export that an evaluation came through. */
export const originSchema = z.object({
  gateway: z
    .url()
    .max(300)
    .meta(described('The address of the gateway that exported it', '내보낸 게이트웨이의 주소')),
  tenant: z.string().max(100).meta(described('The tenant that exported it', '내보낸 테넌트')),
  evaluation: z.string().max(100).meta(described('Its ID there', '내보낸 게이트웨이에서의 ID')),
  created_at: time.meta(described('When it was created there', '내보낸 게이트웨이에서 생성한 시각')),
  exported_at: time.meta(described('When it was exported', '내보낸 시각')),
})

export const maxOrigins = 20

/** Origin of an imported evaluation, and who imported it. */
export const importedSchema = z
  .object({
    imported_at: time.meta(described('When it was imported', '가져온 시각')),
    key: z.string().meta(described('The key that imported it', '가져오기에 쓴 키')),
    archive_sha256: z.string().meta(described('SHA-256 of the archive', '내보낸 파일의 SHA-256')),
    origins: z
      .array(originSchema)
      .min(1)
      .max(maxOrigins)
      .meta(
        described(
          'The gateways that it came through: the first judged it, the last exported the archive',
          '거쳐 온 게이트웨이. 첫 항목이 판정한 게이트웨이이고 마지막 항목이 내보낸 게이트웨이입니다',
        ),
      ),
  })
  .meta({ id: 'Imported' })

export type Imported = z.output<typeof importedSchema>

/** Marks results that another gateway judged, in lists that also hold results of this one. */
export const importedFrom = z
  .string()
  .nullable()
  .meta(
    described(
      'The gateway that judged it, where it was imported: its judge and weights are those of the archive, unverified. Null where it was judged here',
      '가져온 평가이면 판정한 게이트웨이. 심판과 가중치는 보관 파일에 적힌 값이며 확인되지 않았습니다. 이곳에서 판정했으면 null',
    ),
  )

export const findImportSource = (imported: Imported | null): string | null =>
  imported === null ? null : imported.origins[0]!.gateway
