export {
  StudioProvider,
  useAwaitingAnswer,
  useLost,
  useOutcome,
  usePost,
  usePosts,
  usePostsBetween,
  useRescued,
  useServerCopy,
  useSetting,
  useStudio,
  useSyncStatus,
} from './hooks.tsx'
export { type OpenStudioOptions, openStudio } from './studio.ts'
export type {
  LightPost,
  OpenBody,
  PostActions,
  PostFilter,
  PostRow,
  RefusedDocument,
  SettingActions,
  Studio,
  SyncPhase,
  SyncStatus,
} from './types.ts'
