/**
 * Pairs voices with faces of other people that show the same emotion: sound, face and words for where no corpus
 * has all three. What is measured on such data must be called paired.
 *
 *     node scripts/pair-recordings.mjs VOICES FACES OUT [SEED]
 *
 * VOICES and FACES are folders with a `manifest.csv` without quoted fields: path, emotion, and speaker or subject;
 * voices also have split and words. The people of the faces are divided over the splits of the voices; each voice
 * then gets one face of its emotion and split. OUT gets copies of both folders and a
 * `manifest.csv`, for `limbic data extract OUT --recipe mesm`.
 */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { emotionOf } from '../dist/data/index.js'

const [voicesAt, facesAt, out, seedText = '0'] = process.argv.slice(2)
if (!voicesAt || !facesAt || !out) {
  console.error('Usage: node scripts/pair-recordings.mjs VOICES FACES OUT [SEED]')
  process.exit(2)
}

/** Numbers from 0 to 1 by a seed (mulberry32). */
let state = Number(seedText)
function uniform() {
  state = (state + 0x6d2b79f5) | 0
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}

function readManifest(folder) {
  const [header, ...lines] = readFileSync(join(folder, 'manifest.csv'), 'utf8')
    .trim()
    .split(/\r?\n/)
  const names = header.split(',')
  return lines.map((line) => {
    const row = Object.fromEntries(line.split(',').map((cell, at) => [names[at], cell]))
    return { ...row, emotion: emotionOf(row.emotion), path: row.path }
  })
}

const voices = readManifest(voicesAt)
const faces = readManifest(facesAt)

// Seven people for training, one for validation and two for testing, as voices are usually divided.
const people = [...new Set(faces.map(({ speaker, subject }) => speaker ?? subject))]
  .map((name) => ({ name, key: uniform() }))
  .sort((a, b) => a.key - b.key)
const splitOf = new Map(
  people.map(({ name }, at) => [name, at % 10 < 7 ? 'train' : at % 10 < 8 ? 'valid' : 'test']),
)
const facesOf = (split, emotion) =>
  faces.filter(
    (face) => face.emotion === emotion && splitOf.get(face.speaker ?? face.subject) === split,
  )

const rows = voices.flatMap(({ path, emotion, speaker, split, words }, at) => {
  const among = facesOf(split, emotion)
  if (among.length === 0) return []
  const face = among[Math.floor(uniform() * among.length)]
  return [
    [`faces/${face.path}`, `voices/${path}`, emotion, speaker, split, words, `paired-${at}`].join(),
  ]
})
mkdirSync(out, { recursive: true })
for (const [folder, name] of [
  [voicesAt, 'voices'],
  [facesAt, 'faces'],
]) {
  const filter = (path) => !path.endsWith('manifest.csv')
  cpSync(folder, join(out, name), { recursive: true, filter })
}
const header = 'path,sound,emotion,speaker,split,words,id'
writeFileSync(join(out, 'manifest.csv'), `${[header, ...rows].join('\n')}\n`)
console.log(`${rows.length} of ${voices.length} voices are paired with a face: ${out}/manifest.csv`)
