import { gcm } from '@noble/ciphers/aes.js'

/**
 * AES-256-GCM with a fresh nonce for each text, bound to its name: a sealed text that was moved to another place, or
 * changed by one bit, does not open. Sealed texts are binary strings, one character a byte: in IndexedDB they take a
 * third less room than base64, and a typed array would not survive RxDB's storage.
 */
export type Sealer = {
  seal(text: string, name: string): Promise<string>
  /** Rejects when it does not open. */
  open(sealed: string, name: string): Promise<string>
  /** The same, slower and at once: for the moment in which a page closes. */
  sealNow(text: string, name: string): string
  openNow(sealed: string, name: string): string
}

const nonceBytes = 12

/** `key`: 32 bytes in base64. */
export async function createSealer(key: string): Promise<Sealer> {
  const raw = toBytes(atob(key))
  const cryptoKey = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt'])
  const encoder = new TextEncoder()
  const decoder = new TextDecoder()
  const newNonce = () => crypto.getRandomValues(new Uint8Array(nonceBytes))

  return {
    async seal(text, name) {
      const iv = newNonce()
      const options = { name: 'AES-GCM', iv, additionalData: encoder.encode(name) }
      const sealed = await crypto.subtle.encrypt(options, cryptoKey, encoder.encode(text))
      return toText(iv) + toText(new Uint8Array(sealed))
    },
    async open(sealed, name) {
      const bytes = toBytes(sealed)
      const iv = bytes.subarray(0, nonceBytes)
      const options = { name: 'AES-GCM', iv, additionalData: encoder.encode(name) }
      return decoder.decode(await crypto.subtle.decrypt(options, cryptoKey, bytes.subarray(nonceBytes)))
    },
    sealNow(text, name) {
      const nonce = newNonce()
      return toText(nonce) + toText(gcm(raw, nonce, encoder.encode(name)).encrypt(encoder.encode(text)))
    },
    openNow(sealed, name) {
      const bytes = toBytes(sealed)
      const cipher = gcm(raw, bytes.subarray(0, nonceBytes), encoder.encode(name))
      return decoder.decode(cipher.decrypt(bytes.subarray(nonceBytes)))
    },
  }
}

/** As many arguments as a call safely takes. */
const chunk = 8192

function toText(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += chunk) text += String.fromCharCode(...bytes.subarray(i, i + chunk))
  return text
}

function toBytes(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}
