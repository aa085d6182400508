/** The studio's mark: a leaf that is also a pen's nib. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg className="mark" width={size} height={size} viewBox="0 0 32 32" aria-hidden>
      <rect className="mark-ground" width="32" height="32" rx="8" />
      <path
        className="mark-leaf"
        d="M9.5 23.5c0-9 4.5-14 13.5-15 .6 8.600-3.700 13.800-10.700 13.800-.9 0-1.700-.1-2.400-.3"
      />
      <path className="mark-vein" d="M8.800 24.200c1.700-4.600 4.700-7.800 9-9.800" />
    </svg>
  )
}
