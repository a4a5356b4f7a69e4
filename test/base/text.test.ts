import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LimbicError } from '../../src/base/errors.js'
import { oneLine, plainLines, shortened } from '../../src/base/text/clean.js'
import { csvField } from '../../src/base/text/csv.js'
import { escapeHtml } from '../../src/base/text/html.js'
import { briefJson, jsonLine } from '../../src/base/text/json.js'
import { escapeLatex, latexComment } from '../../src/base/text/latex.js'
import { shellWord } from '../../src/base/text/shell.js'
import { actsOnTerminals, hostileTexts, isWellFormed } from '../support/report/hostile.js'

const anyText = fc.oneof(
  fc.constantFrom(...hostileTexts),
  fc.string({ unit: 'binary' }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((codes) => String.fromCharCode(...codes)),
)

describe('text from outside', () => {
  it('shows what would act on a terminal as codes, and stays on its line', () => {
    expect(oneLine('\u001b[31mred')).toBe('\\u001b[31mred')
    expect(oneLine('one\r\n  two\tthree\u2028four')).toBe('one two three four')
    expect(oneLine('a\u202eb\u2066c')).toBe('a\\u202eb\\u2066c')
    expect(oneLine('\ud83d, \ufffe, \u{1fffe}')).toBe('\\ud83d, \\ufffe, \\u{1fffe}')
    fc.assert(
      fc.property(anyText, (text) => {
        expect(oneLine(text)).not.toMatch(actsOnTerminals)
        expect(oneLine(text)).not.toContain('\n')
        expect(isWellFormed(oneLine(text))).toBe(true)
        expect(oneLine(oneLine(text))).toBe(oneLine(text))
      }),
    )
  })

  it('leaves every other character as it is', () => {
    const text = 'e\u0301 喜び 👩‍👩‍👧 שלום \u200f ±−½ "quoted" \\n'
    expect(oneLine(text)).toBe(text)
    expect(plainLines(`${text}\n  ${text}`)).toBe(`${text}\n  ${text}`)
  })

  it('keeps the lines of a block, and nothing else that acts', () => {
    expect(plainLines('one\r\ntwo\rthree\u2029\u001b[2J')).toBe('one\ntwo\nthree\n\\u001b[2J')
  })

  it('is cut between characters', () => {
    expect(shortened('abcdef', 4)).toBe('abc…')
    expect(shortened('ab👍cd', 4)).toBe('ab…')
    expect(shortened('abc', 3)).toBe('abc')
  })

  it('makes one line of an error, of bounded length', () => {
    for (const text of hostileTexts) {
      const { message } = new LimbicError(text, {
        where: text,
        expected: text,
        got: text,
        hint: text,
      })
      expect(message).not.toMatch(actsOnTerminals)
      expect(message).not.toContain('\n')
      expect(message.length).toBeLessThan(11_000)
    }
  })

  it('keeps its value in JSON, in which nothing acts', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const line = jsonLine({ [text]: text })
        expect(line).not.toMatch(actsOnTerminals)
        expect(line).not.toContain('\n')
        expect(JSON.parse(line)).toEqual(JSON.parse(JSON.stringify({ [text]: text })))
      }),
    )
  })

  it('is brief in a message, however deep or long a value is, or whether it holds itself', () => {
    const self: unknown[] = [1]
    self.push(self)
    expect(briefJson(self)).toBe('[1,[1,[1,[1,"…"]]]]')
    const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)
    expect(briefJson({ a: deep })).toBe('{"a":[[["…"]]]}')
    expect(briefJson('x'.repeat(50), 10)).toBe(`"${'x'.repeat(9)}…"`)
    expect(briefJson(Array(51).fill(1)).length).toBeLessThan(120)
    expect(briefJson(undefined)).toBe('nothing')
    expect([NaN, -Infinity, 1.5].map((value) => briefJson(value))).toEqual([
      'NaN',
      '-Infinity',
      '1.5',
    ])
    expect(briefJson({ a: [1, null], b: 2n })).toBe('{"a":[1,null],"b":"2"}')
  })

  it('holds in XML only what XML may hold', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const escaped = escapeHtml(text)
        expect(escaped).not.toMatch(actsOnTerminals)
        expect(escaped).not.toMatch(/[<>"']|[\ufffe\uffff]|&(?!(amp|lt|gt|quot|#39);)/)
        expect(isWellFormed(escaped)).toBe(true)
      }),
    )
  })

  it('is no formula in a spreadsheet, while numbers stay numbers', () => {
    for (const text of ['=1', '+a', '-a', '@x', '\t=1', '\r=1', ' =1', '＝1']) {
      expect(csvField(text)).toMatch(/^'[=+\-@＝]/)
    }
    for (const text of ['-0.5', '+1', '1e-5', '-1E+3', 'a=b', '', '.5']) {
      expect(csvField(text)).toBe(text)
    }
    expect(csvField('=a"b,c')).toBe(`"'=a""b,c"`)
  })

  it('is text in LaTeX', () => {
    expect(escapeLatex('\\a_b{c}~^#$%&')).toBe(
      '\\textbackslash{}a\\_b\\{c\\}\\textasciitilde{}\\textasciicircum{}\\#\\$\\%\\&',
    )
    expect(escapeLatex('"a` \u001b')).toBe('\\symbol{34}a\\textasciigrave{} \\textbackslash{}u001b')
    expect(latexComment('one\n\\input{two}')).toBe('% one \\input{two}')
  })

  it('comes back from a shell as it went in', () => {
    expect(shellWord('runs/a-1')).toBe('runs/a-1')
    expect(shellWord('v$_$3')).toBe("'v$_$3'")
    expect(shellWord('clip[7]')).toBe("'clip[7]'")
    for (const word of hostileTexts) {
      // A shell's words end at NUL, and are bytes: halves of characters have none.
      if (word.includes('\u0000') || !isWellFormed(word)) continue
      const printed = shellWord(word)
      expect(printed).not.toMatch(actsOnTerminals)
      const back = execFileSync('bash', ['-c', `printf %s ${printed}`], {
        encoding: 'utf8',
        env: { ...process.env, LC_ALL: 'C.UTF-8' },
      })
      expect(back).toBe(word)
    }
  })
})
