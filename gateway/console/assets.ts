/// <reference path="./text-modules.d.ts" />
import { Hono } from 'hono'
import { hex } from '../../schema/judge/sha256.ts'
import applyScript from './client-scripts/apply.js'
import codeSamplesScript from './client-scripts/code-samples.js'
import copyScript from './client-scripts/copy.js'
import draftScript from './client-scripts/draft.js'
import eventStreamScript from './client-scripts/event-stream.js'
import judgeScript from './client-scripts/judge.js'
import judgeResultScript from './client-scripts/judge-result.js'
import judgmentCardsScript from './client-scripts/judgment-cards.js'
import judgmentRequestScript from './client-scripts/judgment-request.js'
import linkScript from './client-scripts/link.js'
import momentsScript from './client-scripts/moments.js'
import pageScript from './client-scripts/page.js'
import progressScript from './client-scripts/progress.js'
import rowsScript from './client-scripts/rows.js'
import statusLinkScript from './client-scripts/status-link.js'
import uploadScript from './client-scripts/upload.js'
import uploadViewScript from './client-scripts/upload-view.js'
import baseStyle from './style/base.css'
import contentStyle from './style/content.css'
import controlsStyle from './style/controls.css'
import judgmentStyle from './style/judgment.css'
import layoutStyle from './style/layout.css'
import rowsStyle from './style/rows.css'
import tokensStyle from './style/tokens.css'

const style = [
  tokensStyle,
  baseStyle,
  layoutStyle,
  controlsStyle,
  contentStyle,
  judgmentStyle,
  rowsStyle,
].join('\n')

/** Everything a page may load besides itself. */
const files: Record<string, { type: string; text: string }> = {
  'style.css': { type: 'text/css; charset=utf-8', text: style },
  'page.js': script(pageScript),
  'moments.js': script(momentsScript),
  'copy.js': script(copyScript),
  'apply.js': script(applyScript),
  'link.js': script(linkScript),
  'progress.js': script(progressScript),
  'rows.js': script(rowsScript),
  'status-link.js': script(statusLinkScript),
  'upload.js': script(uploadScript),
  'upload-view.js': script(uploadViewScript),
  'event-stream.js': script(eventStreamScript),
  'judge.js': script(judgeScript),
  'judge-result.js': script(judgeResultScript),
  'judgment-cards.js': script(judgmentCardsScript),
  'draft.js': script(draftScript),
  'judgment-request.js': script(judgmentRequestScript),
  'code-samples.js': script(codeSamplesScript),
}

function script(text: string) {
  return { type: 'text/javascript; charset=utf-8', text }
}

let folder: Promise<string> | undefined

/**
 * The path of the files: under the hash of them all, so that they may be kept for a year and scripts
 * can import one another by their plain names.
 */
export function assetFolder(): Promise<string> {
  folder ??= digest().then((hash) => `/console/assets/${hash}`)
  return folder
}

async function digest(): Promise<string> {
  const whole = Object.entries(files).map(([name, { text }]) => `${name}\n${text}`)
  return hex(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(whole.join('\n')))).slice(0, 16)
}

/** The files themselves. A page of the version before may ask under its own hash and gets today's file. */
export function assetRoutes() {
  return new Hono().get('/console/assets/:hash/:file', async (c) => {
    const file = files[c.req.param('file')]
    if (file === undefined) return c.notFound()
    const current = c.req.path.startsWith(await assetFolder())
    return c.body(file.text, 200, {
      'content-type': file.type,
      'cache-control': current ? 'public, max-age=31536000, immutable' : 'no-store',
      'x-content-type-options': 'nosniff',
    })
  })
}
