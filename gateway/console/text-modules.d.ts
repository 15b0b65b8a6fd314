/** Files that the build turns into text, named by the rules in wrangler.toml. */
declare module '*.css' {
  const text: string
  export default text
}

declare module '*.js' {
  const text: string
  export default text
}
