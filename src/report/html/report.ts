/** Puts the sections of a report together as one HTML page. */

import { escapeHtml } from '../../base/text/html.js'
import { renderHtml } from '../tables/html.js'
import type { Table } from '../tables/table.js'
import { player, playerPolicy, playerScript } from './player.js'
import { styleSheet } from './style.js'
import { checkSvg, scopeIds } from './svg.js'

/** A piece of a section. All text is plain: nothing in it is read as HTML. */
export type Block =
  /** Running text; an empty line begins a new paragraph. */
  | { readonly kind: 'prose'; readonly text: string }
  /** A warning, such as that the data is synthetic. */
  | { readonly kind: 'notice'; readonly text: string }
  /** Names and their values, such as the settings of a run. */
  | { readonly kind: 'facts'; readonly facts: readonly (readonly [name: string, value: string])[] }
  | { readonly kind: 'table'; readonly table: Table }
  /** An SVG element, such as a chart, and its caption. */
  | { readonly kind: 'figure'; readonly svg: string; readonly caption: string }
  /** A recording to play, whose time the cursors of all figures show. */
  | { readonly kind: 'player'; readonly recording: string; readonly picture: boolean }

export interface Section {
  readonly title: string
  readonly blocks: readonly Block[]
}

/** What a report says, in order. */
export interface Report {
  readonly title: string
  readonly subtitle?: string
  readonly sections: readonly Section[]
  /** The last line: the version, the command, the date. */
  readonly footer?: string
}

/**
 * A report as one self-contained HTML file: style and figures are inside, nothing is fetched, and
 * no script runs, except to play a recording. It is readable on a phone, on paper, and in light and
 * dark mode.
 *
 * @throws LimbicError if a figure is not a self-contained SVG element
 */
export function htmlReport(report: Report): string {
  const block = blockWriter(report.title)
  const plays = report.sections.some(({ blocks }) => blocks.some(({ kind }) => kind === 'player'))
  const sections = report.sections.map(({ title, blocks }) =>
    ['<section>', `<h2>${escapeHtml(title)}</h2>`, ...blocks.map(block), '</section>'].join('\n'),
  )
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:${plays ? `; ${playerPolicy}` : ''}">`,
    `<title>${escapeHtml(report.title)}</title>`,
    `<style>${styleSheet}</style>`,
    '</head>',
    '<body>',
    '<main>',
    '<header>',
    `<h1>${escapeHtml(report.title)}</h1>`,
    ...(report.subtitle === undefined ? [] : [`<p>${escapeHtml(report.subtitle)}</p>`]),
    '</header>',
    ...sections,
    ...(report.footer === undefined ? [] : [`<footer>${escapeHtml(report.footer)}</footer>`]),
    '</main>',
    ...(plays ? [`<script>${playerScript}</script>`] : []),
    '</body>',
    '</html>',
    '',
  ].join('\n')
}

/** Writes blocks one after another, and numbers their tables and figures. */
function blockWriter(title: string): (piece: Block) => string {
  let figures = 0
  let tables = 0
  return (piece) => {
    switch (piece.kind) {
      case 'prose':
        return paragraphs(piece.text)
      case 'notice':
        return `<aside role="note">${paragraphs(piece.text)}</aside>`
      case 'facts':
        return `<dl>\n${piece.facts
          .map(
            ([name, value]) =>
              `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`,
          )
          .join('\n')}\n</dl>`
      case 'table': {
        tables++
        const caption = piece.table.caption
        const numbered =
          caption === undefined
            ? piece.table
            : { ...piece.table, caption: `Table ${tables}. ${caption}` }
        return `<div class="wide" tabindex="0">\n${renderHtml(numbered)}\n</div>`
      }
      case 'player':
        return player(piece)
      case 'figure': {
        figures++
        checkSvg(piece.svg, `${title}, figure ${figures}`)
        return [
          '<figure>',
          `<div class="wide" tabindex="0">${scopeIds(piece.svg, `figure-${figures}`)}</div>`,
          `<figcaption>Figure ${figures}. ${escapeHtml(piece.caption)}</figcaption>`,
          '</figure>',
        ].join('\n')
      }
    }
  }
}

function paragraphs(text: string): string {
  return text
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '')
    .map((paragraph) => `<p>${escapeHtml(paragraph)}</p>`)
    .join('\n')
}
