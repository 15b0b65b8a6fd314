/** The header that makes browsers save an answer as a file; names outside ASCII follow RFC 6266. */
export function attachment(name: string, extension: string): { 'content-disposition': string } {
  const clean = name.replace(/[\p{Cc}\p{Cf}/\\:*?"<>|]+/gu, ' ').trim() || 'file'
  const plain = clean.replace(/[^\x20-\x7e]+/g, '_')
  const encoded = encodeURIComponent(clean).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16)}`,
  )
  return {
    'content-disposition': `attachment; filename="${plain}.${extension}"; filename*=UTF-8''${encoded}.${extension}`,
  }
}
