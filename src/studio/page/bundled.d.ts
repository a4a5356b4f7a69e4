/** Types of the non-script files that Vite bundles. */
declare module '*.css?inline' {
  const text: string
  export default text
}
