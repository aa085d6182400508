export {
  StudioProvider,
  useAwaitingAnswer,
  useImports,
  useLibrary,
  useLost,
  useMediaJobs,
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
export type { MediaFields } from './media/actions.ts'
export type { ImportItem, Imports } from './media/imports.ts'
export type { Library } from './media/library.ts'
export { type OpenStudioOptions, openStudio } from './studio.ts'
export type {
  LightPost,
  MediaDesk,
  OpenBody,
  PostActions,
  PostFields,
  PostFilter,
  PostRow,
  RefusedDocument,
  SettingActions,
  Studio,
  SyncPhase,
  SyncStatus,
} from './types.ts'
