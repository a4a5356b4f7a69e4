/** The environment of a run. */
import { arch, cpus, platform, release } from 'node:os'
import { version } from '../../disk/package.js'

/** Versions, machine and start time, for people to read. */
export function describeEnvironment(threads: number | undefined): Record<string, string | number> {
  return {
    limbic: version,
    node: process.version,
    system: `${platform()} ${release()} ${arch()}`,
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    threads: threads ?? 'all cores',
    started: new Date().toISOString(),
  }
}
