/**
 * How long the studio takes to list many runs: of a folder that it sees for the first time, of one that it
 * listed before, and again while nothing changes. The runs are copies of a small one, in groups of five
 * seeds with other settings each.
 *
 *     npm run bench:studio-list -- 5000
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StudioEvent } from '../../src/studio/protocol.js'
import { RunCatalogue } from '../../src/studio/server/runs/catalogue.js'
import { KeptRows } from '../../src/studio/server/runs/kept-rows.js'
import { smallRuns } from '../../test/support/small-run.js'

const [, , count = '5000'] = process.argv
const seeds = 5
const home = mkdtempSync(join(tmpdir(), 'limbic-list-'))
const folder = join(home, 'runs')

async function makeRuns(total: number): Promise<void> {
  await smallRuns(home).complete('pattern')
  const pattern = join(home, 'pattern')
  const config = readFileSync(join(pattern, 'config.yaml'), 'utf8')
  for (let run = 0; run < total; run++) {
    const group = Math.floor(run / seeds)
    const place = join(folder, `group-${group}`, `seed-${run % seeds}`)
    mkdirSync(place, { recursive: true })
    for (const file of ['model.json', 'epochs.jsonl', 'results.json', 'weights.safetensors']) {
      cpSync(join(pattern, file), join(place, file))
    }
    const own = config
      .replace(/^seed: .*$/m, `seed: ${run % seeds}`)
      .replace(/hidden: \d+/, `hidden: ${4 + (group % 50)}`)
    writeFileSync(join(place, 'config.yaml'), own)
  }
}

/** Milliseconds until the list is complete, and until every row has its settings. */
async function measure(catalogue: RunCatalogue, times: { listed: number }): Promise<string> {
  const begun = performance.now()
  const before = process.cpuUsage()
  times.listed = 0
  await catalogue.refresh()
  const { user, system } = process.cpuUsage(before)
  const all = performance.now() - begun
  const listed = times.listed === 0 ? all : times.listed - begun
  const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(2)} s`
  return `listed after ${seconds(listed)}, with settings after ${seconds(all)}, processor ${seconds((user + system) / 1000)}`
}

function openCatalogue() {
  const times = { listed: 0 }
  const catalogue = new RunCatalogue(
    folder,
    (event: StudioEvent) => {
      if (event.kind === 'listed') times.listed = performance.now()
    },
    new KeptRows(join(home, 'cache'), folder),
  )
  return { catalogue, times }
}

try {
  await makeRuns(Number(count))
  const first = openCatalogue()
  console.log(`${count} runs, first time: ${await measure(first.catalogue, first.times)}`)
  console.log(`rows: ${first.catalogue.rows.length}`)
  console.log(`again: ${await measure(first.catalogue, first.times)}`)
  first.catalogue.close()
  const second = openCatalogue()
  console.log(`another studio: ${await measure(second.catalogue, second.times)}`)
  second.catalogue.close()
} finally {
  rmSync(home, { recursive: true, force: true })
}
