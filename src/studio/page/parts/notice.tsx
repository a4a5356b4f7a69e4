/** Notices: work in progress, and errors. */
import type { ComponentChildren } from 'preact'
import { texts } from '../texts.js'

export function Waiting({ children }: { readonly children?: ComponentChildren }) {
  return (
    <p class="quiet" role="status">
      {children ?? texts.waiting}
    </p>
  )
}

export function Problem({ children }: { readonly children: ComponentChildren }) {
  return (
    <div class="problem" role="alert">
      <p>
        <strong>{texts.failed}.</strong> {children}
      </p>
    </div>
  )
}
