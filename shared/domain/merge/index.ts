export { canonicalJson, sameJson } from './json.ts'
export { type Conflict, type Merged, type MergeInput, mergeDocuments, type State, type TextMerge } from './merge.ts'
export { mergeSets } from './sets.ts'
