/** Locks on runs. */
export { describeHolder, type LockHolder, silenceSeconds } from './holder.js'
export {
  acquireLock,
  findHolder,
  type HeldLock,
  isOfLock,
  type LockAttempt,
  lockPath,
} from './lock.js'
