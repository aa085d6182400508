/**
 * sharp, loaded by the first picture: libvips takes longer to load than the host may take to listen. It gives each picture one
 * thread. Several pictures are worked on at a time, so more would make none of them sooner and keep the screen waiting.
 */
export async function loadSharp(): Promise<typeof import('sharp').default> {
  const { default: sharp } = await import('sharp')
  sharp.concurrency(1)
  return sharp
}
