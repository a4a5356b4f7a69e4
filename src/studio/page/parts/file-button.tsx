/** A button that asks for one file; the same file can be chosen again. */
export function FileButton(props: {
  readonly label: string
  /** Endings and types, as an input takes them. */
  readonly accept: string
  readonly take: (file: File | undefined) => void
}) {
  const { label, accept, take } = props
  return (
    <label class="button">
      {label}
      <input
        type="file"
        class="unseen"
        accept={accept}
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? []
          currentTarget.value = ''
          take(file)
        }}
      />
    </label>
  )
}
