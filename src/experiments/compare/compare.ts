/** Compares trained runs: figures, the significance of their differences, tables and a page. */

import { join } from 'node:path'
import { checkList, checkPath } from '../../base/arguments.js'
import type { GroupComparison } from '../../metrics/significance/compare-groups.js'
import { significanceTable } from '../../report/tables/significance.js'
import { scaled } from '../../report/tables/style.js'
import type { Table } from '../../report/tables/table.js'
import { findGroups } from '../../runs/find.js'
import type { ModelFileOptions } from '../../runs/model-file/index.js'
import { measureGroups } from '../../runs/open/measure-unfinished.js'
import type { FigureStyle, GroupSummary } from '../summaries.js'
import { joinSingles, summariseGroups } from './groups.js'
import { mixedMachines } from './machines.js'
import { type ComparisonOptions, starredTable, testGroups } from './significance.js'
import { dataOf, writeComparison, writeComparisonFolder } from './write.js'

/** What is compared, and how. */
export interface CompareOptions extends ComparisonOptions, ModelFileOptions {
  /** Default: the test split. */
  readonly split?: 'valid' | 'test'
  /** Which figures tables show, and how they are written. */
  readonly style?: FigureStyle
}

/** Groups of runs side by side. */
export interface Comparison {
  /** The figures of each group, by seed. */
  readonly groups: readonly GroupSummary[]
  /** Each group against one of them; absent for a single group. */
  readonly differences?: GroupComparison
  /** The main metrics of each group, the best of each marked, with stars for what is significant. */
  readonly table: Table
  /** The tests behind the stars. */
  readonly significance?: Table
  /** What the reader must not overlook: runs of different processors in one table. */
  readonly remarks: readonly string[]
  /**
   * Writes a page, or where `out` does not end in .html a folder of that page, its figures as SVG,
   * and its tables as CSV, Markdown and LaTeX.
   *
   * @returns the paths of all files, the page last
   */
  write(out: string, title?: string): Promise<readonly string[]>
}

/**
 * Compares trained runs, as `limbic compare` does. Those that are not complete are measured by their
 * best weights so far, for which their data is opened, and are marked in their groups' names.
 *
 * @param paths folders of runs, of their seeds, or of several of these
 * @throws LimbicError if a folder holds no run with weights, the runs are of different data, or the test
 * does not fit them
 */
export async function compareRuns(
  paths: readonly string[],
  { split = 'test', style = {}, allowModelFile, ...options }: CompareOptions = {},
): Promise<Comparison> {
  checkList(paths, 'compare', 'a list of folders of runs')
  for (const [index, path] of paths.entries()) checkPath(path, `compare, path ${index}`)
  const found = await measureGroups(joinSingles(paths.flatMap(findGroups)), { allowModelFile })
  const groups = summariseGroups(found, split)
  const differences = testGroups(found, groups, options)
  const mixed = mixedMachines(found)
  return {
    groups,
    remarks: mixed === undefined ? [] : [mixed],
    ...(differences && {
      differences,
      significance: scaled(significanceTable(differences, dataOf(groups, split)), style),
    }),
    table: starredTable(groups, differences, split, style),
    async write(out, title = 'Comparison of runs') {
      if (out.endsWith('.html')) {
        await writeComparison(out, title, found, groups, split, differences, style)
        return [out]
      }
      const files = await writeComparisonFolder(
        out,
        title,
        found,
        groups,
        split,
        differences,
        style,
      )
      return files.map((file) => join(out, file))
    },
  }
}
