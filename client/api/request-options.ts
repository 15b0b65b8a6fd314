import type { ReportLanguage } from './api-types.ts'

export interface RequestOptions {
  /** Aborts the request. */
  signal?: AbortSignal
}

export interface DocumentOptions extends RequestOptions {
  language?: ReportLanguage
}
