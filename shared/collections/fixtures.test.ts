import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Value } from 'typebox/value'
import { describe, expect, test } from 'vitest'
import type { Collection } from './collection.ts'
import { collectionNames, collections } from './index.ts'
import { upgrade } from './upgrade.ts'

const folder = join(import.meta.dirname, 'fixtures')
const stored = (name: string, version: number) =>
  JSON.parse(readFileSync(join(folder, `${name}-${version}.json`), 'utf8')) as object
const versionsOf = ({ version }: Collection) => Array.from({ length: version + 1 }, (_, each) => each)

test('there is a stored document of every version of every collection: a new version brings one along', () => {
  const wanted = collectionNames.flatMap((name) =>
    versionsOf(collections[name]).map((version) => `${name}-${version}.json`),
  )
  expect(readdirSync(folder).sort()).toEqual(wanted.sort())
})

describe.each(collectionNames)('%s', (name) => {
  const collection: Collection = collections[name]

  test.each(versionsOf(collection))('a document stored in version %i becomes one of today', (version) => {
    const before = stored(name, version)
    const after = upgrade(collection, before, version)
    expect([...Value.Errors(collection.schema, after)]).toEqual([])
    expect(after).toHaveProperty('id', (before as { id: string }).id)
  })
})
