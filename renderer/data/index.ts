export {
  StudioProvider,
  useAwaitingAnswer,
  useOutcome,
  usePost,
  usePosts,
  usePostsBetween,
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
