export { sameJson } from './json.ts'
export { type Conflict, mergeDocuments, type State, type TextMerge } from './merge.ts'
export { mergeSets } from './sets.ts'
