/** A request to an account of the stand-in; the path begins behind the account. */
export interface AccountRequest {
  method: string
  path: string
  query: URLSearchParams
  body: Buffer
  type: string
}

export interface Reply {
  status: number
  body: unknown
  headers?: Record<string, string>
}

export const succeed = (result: unknown, info?: Record<string, number>): Reply => ({
  status: 200,
  body: { success: true, errors: [], messages: [], result, ...(info && { result_info: info }) },
})

export const refuse = (status: number, code: number, message: string): Reply => ({
  status,
  body: { success: false, errors: [{ code, message }], messages: [], result: null },
})
