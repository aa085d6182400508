import { keepPreviousData, QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { useSession } from '../../app/host-context.tsx'
import { ServerUnreachable, useServer } from '../../app/server.ts'
import type { Who } from '../../app/start-up.ts'

/** What only the server knows (who am I, devices, providers), kept while its screens are open. */
export function ServerQueries({ children }: { children: ReactNode }) {
  const [client] = useState(
    () =>
      new QueryClient({
        defaultOptions: {
          queries: {
            staleTime: 10_000,
            retry: (count, error) => error instanceof ServerUnreachable && count < 1,
            // The server is mostly this machine or near: the browser's idea of "online" says nothing about it.
            networkMode: 'always',
          },
          mutations: { networkMode: 'always' },
        },
      }),
  )
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>
}

export type Providers = {
  providers: { id: string; name: string }[]
  signUp: 'open' | 'closed'
  verification: 'required' | 'optional'
}

export function useProviders() {
  const server = useServer()
  return useQuery({
    queryKey: ['providers'],
    queryFn: ({ signal }) => server.call<Providers>('/api/providers', { signal }),
  })
}

/** Asked anew after signing in again, here or in another window: an answer, or a refusal, belongs to its session. */
function useAsSignedIn<T>(name: string, path: string) {
  const server = useServer()
  const { session } = useSession()
  return {
    queryKey: [name, session?.token],
    queryFn: ({ signal }: { signal: AbortSignal }) => server.call<T>(path, { signal }),
    placeholderData: keepPreviousData<T>,
  }
}

export const useWho = () => useQuery(useAsSignedIn<Who>('who', '/api/session'))

export type Device = {
  id: string
  deviceName: string
  ipAddress: string | null
  createdAt: string
  lastSeenAt: string
  current: boolean
}

export const useDevices = () =>
  useQuery({ ...useAsSignedIn<{ sessions: Device[] }>('devices', '/api/sessions'), refetchInterval: 30_000 })

/** In bytes; `incomingBytes`: announced, and not there yet. */
export type Room = { usedBytes: number; incomingBytes: number; quotaBytes: number; files: number }

export const useRoom = () => useQuery(useAsSignedIn<Room>('storage', '/api/storage'))
