/** The token in a pasted link of the reset mail (`…?token=…` or its last path segment), or the token itself. */
export function tokenOfLink(pasted: string): string {
  const text = pasted.trim()
  if (!URL.canParse(text)) return text
  const url = new URL(text)
  return url.searchParams.get('token') ?? url.pathname.split('/').findLast(Boolean) ?? text
}
