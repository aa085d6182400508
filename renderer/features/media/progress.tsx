/** How far something has come, 0 to 1. */
export function Progress({ label, value }: { label: string; value: number }) {
  return (
    <progress className="media-progress" aria-label={label} max={1} value={value}>
      {Math.round(value * 100)} %
    </progress>
  )
}
