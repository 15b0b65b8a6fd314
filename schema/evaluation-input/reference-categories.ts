/** The categories whose answers are compared with a reference, under all their names. Source: Ko-Bench, after MT-bench. */
const referenceCategories: ReadonlySet<string> = new Set([
  'math',
  'maths',
  'mathematics',
  '수학',
  '산수',
  'reasoning',
  'logic',
  'logical reasoning',
  '추론',
  '논리',
  '논리 추론',
  '논리추론',
  '논리적 추론',
  'coding',
  'code',
  'programming',
  '코딩',
  '코드',
  '프로그래밍',
  '코드 작성',
])

/** Returns whether a category, or a part of its name (`수학(Math)`, `math / algebra`), is one of those with references. */
export function isReferenceCategory(category: string): boolean {
  return category
    .normalize('NFKC')
    .toLowerCase()
    .split(/[()[\]{}<>/|,;:·&]/)
    .some((part) => referenceCategories.has(part.replace(/[\s_-]+/g, ' ').trim()))
}
