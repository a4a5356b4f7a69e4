/** Finds ffmpeg: `$LIMBIC_FFMPEG`, then `PATH`, then the package `@ffmpeg-installer/ffmpeg`. */
import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { z } from 'zod'
import { LimbicError } from '../../../base/errors.js'

/** An ffmpeg that runs. */
export interface Program {
  readonly path: string
  /** Options that pass each frame on once, whatever its time stamp; renamed in version 5.1. */
  readonly passthrough: readonly string[]
  /** Filters that log each frame's number and time. */
  readonly frameLog: readonly string[]
}

const installer = '@ffmpeg-installer/ffmpeg'
const variable = 'LIMBIC_FFMPEG'
const found = new Map<string, Promise<Program>>()

/**
 * The ffmpeg to decode with: the one that `$LIMBIC_FFMPEG` names, `ffmpeg` on `PATH`, or that of
 * the package `@ffmpeg-installer/ffmpeg` if it is installed. The search runs once per process.
 *
 * @throws LimbicError if none of the three runs
 */
export function findProgram(): Promise<Program> {
  const named = process.env[variable] ?? ''
  const key = JSON.stringify([named, process.env.PATH])
  let program = found.get(key)
  if (!program) {
    program = look(named)
    found.set(key, program)
    // If none is found now, one may be installed later.
    program.catch(() => found.delete(key))
  }
  return program
}

async function look(named: string): Promise<Program> {
  if (named !== '') {
    const program = await attempt(named)
    if (program) return program
    throw new LimbicError('there is no working ffmpeg', {
      where: `environment variable ${variable}`,
      expected: 'the path of an ffmpeg program',
      got: `"${named}"`,
    })
  }
  for (const path of ['ffmpeg', ...installed()]) {
    const program = await attempt(path)
    if (program) return program
  }
  throw new LimbicError('recordings are decoded by ffmpeg, which was not found', {
    hint: `Install ffmpeg so that it is on PATH, or run "npm install ${installer}", or set ${variable} to its path`,
  })
}

/** The path from the package, resolved from Limbic or from the current folder. */
function installed(): string[] {
  const paths = [import.meta.url, join(process.cwd(), 'package.json')].flatMap((from) => {
    try {
      return [z.object({ path: z.string() }).parse(createRequire(from)(installer)).path]
    } catch {
      return []
    }
  })
  return [...new Set(paths)]
}

/** Version 57.28 of libavutil is that of ffmpeg 5.1. */
const renamed = { major: 57, minor: 28 }

/** Logs frames by their metadata, at no cost; older versions (about 4.1) log nothing this way. */
const quickLog = ['metadata=mode=add:key=frame:value=1', 'metadata=mode=print:key=frame']

function attempt(path: string): Promise<Program | undefined> {
  return new Promise((resolve) => {
    const options = { timeout: 20_000, windowsHide: true, env: quietEnvironment() }
    execFile(path, ['-version'], options, (error, output) => {
      const [, major = '', minor = ''] = /libavutil\s+(\d+)\.\s*(\d+)\./.exec(output) ?? []
      if (error || major === '') return resolve(undefined)
      const recent =
        Number(major) > renamed.major ||
        (Number(major) === renamed.major && Number(minor) >= renamed.minor)
      const passthrough = recent ? ['-fps_mode', 'passthrough'] : ['-vsync', '0']
      resolve({ path, passthrough, frameLog: recent ? quickLog : ['showinfo'] })
    })
  })
}

/** The environment without variables that make ffmpeg write reports or colours. */
export function quietEnvironment(): NodeJS.ProcessEnv {
  const { FFREPORT: _, AV_LOG_FORCE_COLOR: __, ...rest } = process.env
  return { ...rest, AV_LOG_FORCE_NOCOLOR: '1' }
}
