/** Text files as modules, so that a browser test can have them. */
declare module '*.txt?raw' {
  const text: string
  export default text
}
