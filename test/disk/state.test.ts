import { beforeEach, expect, test, vi } from 'vitest'
import { stateFolder } from '../../src/disk/state.js'

beforeEach(() => () => vi.unstubAllEnvs())

test('what is remembered lies in the folder that the system names for it', () => {
  vi.stubEnv('XDG_STATE_HOME', '/var/state')
  expect(stateFolder()).toBe('/var/state/limbic')
})

test.each(['', '.', 'state', './state'])(
  'nothing is remembered in the folder that someone happens to work in (%j)',
  (relative) => {
    vi.stubEnv('XDG_STATE_HOME', relative)
    vi.stubEnv('LOCALAPPDATA', relative)
    vi.stubEnv('HOME', relative)
    expect(stateFolder()).toBeUndefined()
  },
)
