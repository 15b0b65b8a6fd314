import { type Message, message } from '../messages/message.ts'

/** Encodings of text files. UTF-8 unless another is named: bytes do not tell. */
export const charsets = ['utf-8', 'cp949'] as const
export type Charset = (typeof charsets)[number]

/** A decoder that refuses what is not of the charset. The web platform calls CP949 `euc-kr`. */
export const createDecoder = (charset: Charset): TextDecoder =>
  new TextDecoder(charset === 'cp949' ? 'euc-kr' : 'utf-8', { fatal: true, ignoreBOM: true })

export const undecodable = (charset: Charset): Message =>
  charset === 'utf-8' ? message('file_not_utf8') : message('file_not_cp949')
