/**
 * Builds the program: what the package exports, its commands and the programs of its workers. Code
 * that several of them use goes into shared chunks, because loading hundreds of small modules takes
 * longer than most commands run. Dependencies stay outside; the compiler writes the declarations.
 */
import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { build } from 'rolldown'

const { exports, bin } = JSON.parse(readFileSync('package.json', 'utf8'))
const published = [...Object.values(exports), ...Object.values(bin)]
  .filter((path) => path.endsWith('.js'))
  .map((path) => path.replace(/^(\.\/)?dist\//, '').replace(/\.js$/, ''))

/** The programs of worker processes. */
const workers = readdirSync('src')
  .map((room) => `${room}/worker`)
  .filter((name) => existsSync(`src/${name}.ts`))

/** The command line as a function, which tests call. */
const inner = ['cli/run']

await build({
  input: Object.fromEntries(
    [...published, ...workers, ...inner].map((name) => [name, `src/${name}.ts`]),
  ),
  platform: 'neutral',
  transform: { target: 'node20.19' },
  external: (id) => !/^[./]|^[a-z]:[\\/]|^@oxc-project/i.test(id),
  output: {
    dir: 'dist',
    cleanDir: true,
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
  },
})

// npm makes commands executable when it installs, not when they are built again.
for (const path of Object.values(bin)) chmodSync(path, 0o755)
