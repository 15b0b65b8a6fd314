import { raw } from 'hono/html'
import MarkdownIt from 'markdown-it'

const markdown = new MarkdownIt({ html: false, linkify: false, breaks: true })

// links in a model's text are untrusted: they get no weight in search engines and no referrer
markdown.renderer.rules.link_open = (tokens, index, options, _, renderer) => {
  tokens[index]!.attrSet('rel', 'noopener noreferrer nofollow ugc')
  tokens[index]!.attrSet('target', '_blank')
  return renderer.renderToken(tokens, index, options)
}

// an image would be loaded from elsewhere; its address and name are shown instead
markdown.renderer.rules.image = (tokens, index) => {
  const token = tokens[index]!
  return markdown.utils.escapeHtml(`![${token.content}](${token.attrGet('src') ?? ''})`)
}

// headings of a text must not enter the outline of the page: they are paragraphs in the look of headings
markdown.renderer.rules.heading_open = (tokens, index) => `<p class="heading ${tokens[index]!.tag}">`
markdown.renderer.rules.heading_close = () => '</p>\n'

// a style attribute would be refused by the page's policy
for (const cell of ['th_open', 'td_open'] as const) {
  markdown.renderer.rules[cell] = (tokens, index) => {
    const align = /text-align:(left|center|right)/.exec(String(tokens[index]!.attrGet('style') ?? ''))?.[1]
    return `<${tokens[index]!.tag}${align === undefined ? '' : ` class="${align}"`}>`
  }
}
markdown.renderer.rules.table_open = () => '<div class="table" tabindex="0"><table>\n'
markdown.renderer.rules.table_close = () => '</table></div>\n'
markdown.renderer.rules.fence = (tokens, index) =>
  `<pre tabindex="0"><code>${markdown.utils.escapeHtml(tokens[index]!.content)}</code></pre>\n`
markdown.renderer.rules.code_block = markdown.renderer.rules.fence

interface MarkdownProps {
  text: string
  /** The source of the text, unchanged. */
  source: boolean
}

/** A text that a model wrote, as Markdown without HTML, or its source. */
export function Markdown({ text, source }: MarkdownProps) {
  if (source) return <pre class="written source">{text}</pre>
  return <div class="markdown">{raw(markdown.render(text))}</div>
}
