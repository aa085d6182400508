/** The names and values of Set-Cookie headers; `raw` as sent, otherwise percent-decoded. A cookie being deleted is left out. */
export function parseSetCookie(headers: string[]): { get(name: string, form?: 'raw'): string | undefined } {
  const found = new Map<string, string>()
  for (const header of headers) {
    const [pair = '', ...attributes] = header.split(';')
    const [name = '', value = ''] = pair.split(/=(.*)/s, 2)
    if (attributes.some((attribute) => /^\s*max-age=0\s*$/i.test(attribute))) found.delete(name.trim())
    else found.set(name.trim(), value.trim())
  }
  return {
    get(name, form) {
      const value = found.get(name)
      return value === undefined || form === 'raw' ? value : decodeURIComponent(value)
    },
  }
}
