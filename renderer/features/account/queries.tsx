import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
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

export function useWho() {
  const server = useServer()
  return useQuery({ queryKey: ['who'], queryFn: ({ signal }) => server.call<Who>('/api/session', { signal }) })
}

export type Device = {
  id: string
  deviceName: string
  ipAddress: string | null
  createdAt: string
  lastSeenAt: string
  current: boolean
}

export function useDevices() {
  const server = useServer()
  return useQuery({
    queryKey: ['devices'],
    queryFn: ({ signal }) => server.call<{ sessions: Device[] }>('/api/sessions', { signal }),
    refetchInterval: 30_000,
  })
}
