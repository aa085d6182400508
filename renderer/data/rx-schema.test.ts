import { checkSchema } from 'rxdb/plugins/dev-mode'
import { expect, test } from 'vitest'
import { collectionNames, collections } from '../../shared/collections/index.ts'
import { rxSchema } from './rx-schema.ts'

test.each(collectionNames)('RxDB’s own check has nothing to say against the schema of %s', (name) => {
  // `revision` is a getter of RxDB's documents that nothing in RxDB uses; ours has precedence over it.
  const schema = JSON.parse(JSON.stringify(rxSchema(collections[name])).replaceAll('"revision"', '"ourRevision"'))
  expect(() => checkSchema(schema)).not.toThrow()
})

test('a union of words is an enumeration, so that it can be indexed', () => {
  const { properties, indexes, required } = rxSchema(collections.outcomes)
  expect(properties.state).toMatchObject({ type: 'string', maxLength: 12 })
  expect((properties.state as { enum: string[] }).enum).toContain('published')
  expect(indexes).toEqual([['state']])
  expect(required).toContain('state')
})

test('what an instant looks like does not reach RxDB, which opens no database again under another schema', () => {
  const { properties } = rxSchema(collections.posts)
  expect(properties.updatedAt).toEqual({ type: 'string', maxLength: 24 })
  expect(properties.plan).toMatchObject({ properties: { at: { type: 'string', maxLength: 24 } } })
})
