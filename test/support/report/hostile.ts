/** Text as nobody should name things: what acts on terminals, pages, spreadsheets and LaTeX. */

const esc = '\u001b'

/** Each would do harm somewhere if it were written as it is. */
export const hostileTexts = [
  `${esc}[31mred${esc}[0m`,
  `${esc}]0;title\u0007`,
  '\u009b2Jcleared',
  'one\nlimbic: two',
  'one\r\ntwo\rthree\u0085four\u2028five\u2029six',
  'left\u202etxt.exe\u202c\u2066inside\u2069',
  'null\u0000bell\u0007back\u0008delete\u007f',
  'half \ud83d of a pair, and \udc00',
  'no text: \ufffe \uffff \ufdd0 \u{1fffe}',
  '=HYPERLINK("http://example.org";"x")',
  '+1+cmd|calc',
  '-2+3',
  '@SUM(1)',
  '\t=1',
  '＝1+1',
  '\\input{x} $a_b^c$ 100% #1 {~} & "q" `code` <b>',
  '[optional]* | *bold* _under_ ![x](y)',
  `</svg><script>alert('1')</script> & "x" ]]> &amp; &#0;`,
  'url(http://example.org) id="chart-1" href="#x" onload=x',
  '__proto__',
  'constructor',
  'toString',
  '$_$ `id` $(id) !! "quoted" \'single\' \\',
  'x'.repeat(5000),
  ' '.repeat(300),
  'e\u0301 喜び 👩‍👩‍👧 שלום',
  '{bar} {label} %s',
  '[datum.value]; "\\u0000" datum["x"]',
] as const

/** What no terminal should be given within a line. */
export const actsOnTerminals =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is the point
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/

/** Whether a text has no half of a surrogate pair. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text)
}
